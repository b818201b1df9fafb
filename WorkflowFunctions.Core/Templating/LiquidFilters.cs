using DotLiquid;

namespace WorkflowFunctions.Templating;

/// <summary>Filters beyond the library's: <c>json</c> for authors, and the marks that <see cref="LiquidSource"/> sets.</summary>
internal static class LiquidFilters
{
    /// <summary>Writes a value as JSON: <c>{{ nodes.a.items | json }}</c>.</summary>
    public static string Json(object? input) => LiquidValues.ToJson(input).GetRawText();

    /// <summary>Fails where the variable before it does not exist.</summary>
    public static object? Require(Context context, object? input, string variable)
    {
        if (input is null && Reading(context).IsMissing(variable))
            throw new MissingVariableException(variable);
        return input;
    }

    /// <summary>Remembers a value with its type before it is turned into text.</summary>
    public static object? KeepType(Context context, object? input)
    {
        Reading(context).Result = input;
        return null;
    }

    /// <summary>Writes an object in the middle of a text as JSON; everything else is printed as Liquid prints it.</summary>
    public static object? Print(object? input) => input is LiquidObject value ? value.ToJson().GetRawText() : input;

    /// <summary>Prints nothing.</summary>
    public static object? Discard(object? input) => null;

    private static LiquidReading Reading(Context context) => (LiquidReading)context.Registers[LiquidReading.Register];
}
