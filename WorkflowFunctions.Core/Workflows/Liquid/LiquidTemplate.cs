using System.Text.Json;
using DotLiquid;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>A string setting with <c>{{ … }}</c> or <c>{% … %}</c> in it, parsed once and rendered often, from any thread.</summary>
public sealed class LiquidTemplate
{
    /// <summary>The most turns that the loops of one rendering may take together.</summary>
    public const int MaxIterations = 100_000;

    /// <summary>The longest text that a template may make, in characters.</summary>
    public const int MaxCharacters = 10_000_000;

    /// <summary>The most memory that one rendering may take, in bytes; what it has let go of counts too.</summary>
    public const long MaxAllocatedBytes = 500_000_000;

    /// <summary>The longest that one rendering may take.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    private readonly Template _template;
    private readonly bool _isSingleOutput;

    private LiquidTemplate(Template template, LiquidSource source)
    {
        _template = template;
        _isSingleOutput = source.IsSingleOutput;
        Variables = source.Variables;
    }

    /// <summary>The variables that the template reads.</summary>
    public IReadOnlyList<VariablePath> Variables { get; }

    /// <summary>Whether a string is a template; any other is taken as it stands.</summary>
    public static bool IsTemplate(string text) => LiquidSource.IsTemplate(text);

    /// <summary>Parses a template.</summary>
    /// <exception cref="LiquidSyntaxException">It is not valid Liquid.</exception>
    public static LiquidTemplate Parse(string text)
    {
        var source = LiquidSource.Read(text);
        try
        {
            var template = Template.Parse(source.Marked, SyntaxCompatibility.DotLiquid22a);
            template.MakeThreadSafe();
            return new LiquidTemplate(template, source);
        }
        catch (Exception exception)
        {
            throw LiquidSyntaxException.From(exception);
        }
    }

    /// <summary>Renders the template. A string that is exactly one <c>{{ … }}</c> keeps the type of its value.</summary>
    /// <exception cref="MissingVariableException">A variable does not exist and has no default.</exception>
    /// <exception cref="LiquidSyntaxException">A filter is not known, or a limit is exceeded.</exception>
    public JsonElement Render(ValueScope scope)
    {
        var (text, reading) = RenderText(scope);
        return _isSingleOutput ? LiquidValues.ToJson(reading.Result) : JsonSerializer.SerializeToElement(text);
    }

    /// <summary>Evaluates a condition, such as <c>params.score > 0.5</c>; <paramref name="condition"/> made by <see cref="ParseCondition"/>.</summary>
    /// <exception cref="MissingVariableException">A variable does not exist.</exception>
    public static bool IsTrue(LiquidTemplate condition, ValueScope scope)
    {
        var (text, reading) = condition.RenderText(scope);
        if (reading.FoundMissing)
            throw new MissingVariableException(FirstMissing(condition, scope));
        return text == "true";
    }

    /// <summary>Parses a bare Liquid condition, without <c>{% if %}</c> around it.</summary>
    /// <exception cref="LiquidSyntaxException">It is not a valid condition.</exception>
    public static LiquidTemplate ParseCondition(string condition)
    {
        if (string.IsNullOrWhiteSpace(condition) || IsTemplate(condition) || condition.Contains("%}", StringComparison.Ordinal))
            throw new LiquidSyntaxException("A condition is written without {{ }} and tags, such as: params.score > 0.5 and params.lang == \"en\"");
        return Parse($"{{% if {condition} %}}true{{% endif %}}");
    }

    private static string FirstMissing(LiquidTemplate condition, ValueScope scope)
    {
        foreach (var variable in condition.Variables)
        {
            var (_, reading) = Parse($"{{{{ {variable.Text} }}}}").TryRead(scope);
            if (reading is null || reading.FoundMissing)
                return variable.Text;
        }

        return condition.Variables.Count > 0 ? condition.Variables[0].Text : "";
    }

    private (string Text, LiquidReading? Reading) TryRead(ValueScope scope)
    {
        try
        {
            return RenderText(scope);
        }
        catch (MissingVariableException)
        {
            return ("", null);
        }
    }

    private (string Text, LiquidReading Reading) RenderText(ValueScope scope)
    {
        var reading = new LiquidReading();
        var values = new Hash();
        foreach (var variable in Variables)
        {
            if (scope.Has(variable.Root))
                values[variable.Root] = scope.Find(variable.Root, reading);
            else
                reading.NoteMissing(variable.Root);
        }

        try
        {
            var text = LiquidRenderer.Render(_template, values, reading);
            return text.Length > MaxCharacters ? throw LiquidBounds.TooLarge() : (text, reading);
        }
        catch (Exception exception) when (exception is not (MissingVariableException or LiquidSyntaxException))
        {
            throw LiquidSyntaxException.From(exception);
        }
    }
}
