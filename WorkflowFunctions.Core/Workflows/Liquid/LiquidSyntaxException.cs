using System.Reflection;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>A string that is not a valid Liquid template, or that cannot be rendered. The message says what is wrong.</summary>
public sealed class LiquidSyntaxException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Whatever the library throws is the template's fault; its own words are kept where they say what is wrong. It has errors of
    /// its own for some of what it cannot read or compare, and trips over the rest.
    /// </summary>
    internal static LiquidSyntaxException From(Exception thrown) => new(Explain(thrown), thrown);

    private static string Explain(Exception thrown) => thrown switch
    {
        ArgumentNullException or NullReferenceException =>
            "A value is missing: a filter, an operator, a tag, 'and' or 'or' has nothing, or null, where it needs a value.",
        InvalidCastException => "A filter, an operator or a tag has a value that it cannot take, such as a list where it needs a number.",
        TargetParameterCountException => "A filter has more or fewer arguments than it takes.",
        _ => thrown.Message,
    };
}
