using System.Buffers;
using System.Text.Json;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>A string setting with <c>{{ … }}</c> or <c>{% … %}</c> in it, parsed once and rendered often, from any thread.</summary>
internal sealed class LiquidTemplate
{
    /// <summary>The most turns that the loops of one rendering may take together, and the most items of a list.</summary>
    public const int MaxIterations = 100_000;

    /// <summary>The longest text that a template may make, in characters.</summary>
    public const int MaxCharacters = 10_000_000;

    /// <summary>The most memory that one rendering may take, in bytes; what it has let go of counts too.</summary>
    public const long MaxAllocatedBytes = 500_000_000;

    /// <summary>The longest that one rendering may take.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    /// <summary>Nodes may have been given deeper JSON than people write.</summary>
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = 512 };

    private readonly IReadOnlyList<Statement> _statements;
    private readonly Expression? _value;
    private readonly bool _isCondition;

    private LiquidTemplate(IReadOnlyList<Statement> statements, bool isValue, bool isCondition = false)
    {
        _statements = statements;
        _value = isValue ? statements.OfType<OutputStatement>().Single().Expression : null;
        _isCondition = isCondition;
        Variables = VariableFinder.Find(statements);
    }

    /// <summary>The variables that the template reads.</summary>
    public IReadOnlyList<VariablePath> Variables { get; }

    /// <summary>Whether a string is a template; any other is taken as it stands.</summary>
    public static bool IsTemplate(string text) =>
        text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal);

    /// <summary>Parses a template.</summary>
    /// <exception cref="LiquidSyntaxException">It is not valid Liquid; the message says where, by line and column.</exception>
    public static LiquidTemplate Parse(string text)
    {
        var statements = LiquidParser.Instance.ParseTemplate(text);
        var isValue = text.AsSpan().TrimStart().StartsWith("{{")
            && statements.Count(statement => statement is not TextSpanStatement space || !space.Text.Span.IsWhiteSpace()) == 1;
        return new LiquidTemplate(statements, isValue);
    }

    /// <summary>Parses a bare Liquid condition, without <c>{% if %}</c> around it.</summary>
    /// <exception cref="LiquidSyntaxException">It is not a valid condition; the message says where, by line and column.</exception>
    public static LiquidTemplate ParseCondition(string condition) =>
        string.IsNullOrWhiteSpace(condition) || IsTemplate(condition)
            ? throw new LiquidSyntaxException(
                "A condition is written without {{ }} and tags, such as: params.score > 0.5 and params.lang == \"en\"")
            : new LiquidTemplate([new OutputStatement(LiquidParser.Instance.ParseCondition(condition))], isValue: true, isCondition: true);

    /// <summary>Renders the template as JSON. A string that is exactly one <c>{{ … }}</c> keeps the type of its value.</summary>
    /// <exception cref="MissingVariableException">A variable does not exist and has no default.</exception>
    /// <exception cref="LiquidSyntaxException">A filter cannot take what it is given, or a limit is exceeded.</exception>
    public void Write(Utf8JsonWriter writer, ValueScope scope) => LiquidValues.Write(writer, Evaluate(scope));

    /// <summary>Does the same as <see cref="Write"/>, for one value alone.</summary>
    public JsonElement Render(ValueScope scope)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, scope);
        return JsonElement.Parse(buffer.WrittenSpan, s_deep);
    }

    /// <summary>
    /// Evaluates a condition, such as <c>params.score > 0.5</c>; <paramref name="condition"/> made by <see cref="ParseCondition"/>.
    /// </summary>
    /// <exception cref="MissingVariableException">A variable does not exist.</exception>
    /// <exception cref="LiquidSyntaxException">Values cannot be compared, or a limit is exceeded.</exception>
    public static bool IsTrue(LiquidTemplate condition, ValueScope scope) => condition.Evaluate(scope).ToBooleanValue();

    private FluidValue Evaluate(ValueScope scope)
    {
        var context = new LiquidContext(scope, _isCondition);
        try
        {
            if (_value is not null)
                return LiquidExpression.Evaluate(_value, context);
            using var writer = new LiquidWriter();
            LiquidExpression.Done(_statements.RenderStatementsAsync(writer, NullEncoder.Default, context));
            return StringValue.Create(writer.ToString());
        }
        catch (Exception exception) when (exception is not (MissingVariableException or LiquidSyntaxException))
        {
            throw new LiquidSyntaxException($"The template cannot be rendered: {exception.Message}", exception);
        }
    }
}
