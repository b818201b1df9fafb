using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>An expression that the library has otherwise. Nothing in a template waits: each is evaluated at once.</summary>
/// <param name="parts">The expressions in it.</param>
internal abstract class LiquidExpression(params IEnumerable<Expression> parts) : Expression
{
    public IEnumerable<Expression> Parts => parts;

    public static FluidValue Evaluate(Expression expression, TemplateContext context) => Done(expression.EvaluateAsync(context));

    /// <summary>The result of what is done already.</summary>
    public static T Done<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    public sealed override ValueTask<FluidValue> EvaluateAsync(TemplateContext context) => Evaluate((LiquidContext)context);

    protected abstract FluidValue Evaluate(LiquidContext context);
}

/// <summary>A step of a path, <c>.name</c> or <c>[key]</c>, and where in the author's text it stands.</summary>
internal sealed record PathStep(string? Name, Expression? Key, int Start, int End)
{
    /// <summary>The member that it names; null where that is computed.</summary>
    public string? Member => Name ?? ((Key as LiteralExpression)?.Value as StringValue)?.ToStringValue();
}

/// <summary>A variable, such as <c>nodes.a.list[0]</c>. Each of its steps has to be there.</summary>
internal sealed class PathExpression(string text, IReadOnlyList<PathStep> steps)
    : LiquidExpression(steps.Select(step => step.Key).OfType<Expression>())
{
    public IReadOnlyList<PathStep> Steps => steps;

    /// <summary>The variable as it is written.</summary>
    public override string ToString() => text;

    protected override FluidValue Evaluate(LiquidContext context)
    {
        var value = context.Find(steps[0].Name ?? Evaluate(steps[0].Key!, context).ToStringValue());
        var reason = default(string);
        for (var i = 1; i < steps.Count && value is not null; i++)
        {
            var parent = value;
            value = steps[i].Name is { } name ? Member(parent, name) : Item(parent, Evaluate(steps[i].Key!, context));
            if (value is null && !context.IsOptional)
                reason = $"'{UpTo(i)}' is not there, '{UpTo(i - 1)}' {Description(parent)}";
        }

        return value ?? (context.IsOptional ? NilValue.Instance : throw context.Missing(text, reason));
    }

    private static FluidValue? Member(FluidValue value, string name) => (value, name) switch
    {
        (LiquidObject members, _) when members.Find(name) is { } member => member,
        (LiquidObject or LiquidSequence, "size") => NumberValue.Create(value.ToNumberValue()),
        (LiquidObject or LiquidSequence, "first") => LiquidLists.Of(value) is { Count: > 0 } items ? items[0] : NilValue.Instance,
        (LiquidSequence items, "last") => items.Count > 0 ? items[items.Count - 1] : NilValue.Instance,
        (StringValue, "size") => NumberValue.Create((decimal)LiquidTexts.Length(value.ToStringValue())),
        (LiquidLoop loop, _) => loop.Find(name),
        _ => null,
    };

    private static FluidValue? Item(FluidValue value, FluidValue key) => value switch
    {
        LiquidObject members => members.Find(key.ToStringValue()),
        LiquidSequence items when key is NumberValue && key.ToNumberValue() is var index && index < items.Count && index >= -items.Count =>
            items[(long)index + (index < 0 ? items.Count : 0)],
        LiquidLoop loop => loop.Find(key.ToStringValue()),
        _ => null,
    };

    private static string Description(FluidValue value) => value switch
    {
        LiquidObject => "has no such member",
        LiquidSequence { Count: 1 } => "has 1 item",
        LiquidSequence items => $"has {items.Count} items",
        _ => "is " + LiquidComparison.Kind(value),
    };

    private string UpTo(int step) => text[..(steps[step].End - steps[0].Start)];
}

/// <summary>A range, such as <c>(1..5)</c>.</summary>
internal sealed class LiquidRangeExpression(Expression first, Expression last) : LiquidExpression(first, last)
{
    private const decimal Largest = 1_000_000_000_000_000;

    public override string ToString() =>
        string.Join("..", Parts.Select(end => end is LiteralExpression literal ? literal.Value.ToStringValue() : end.ToString()));

    protected override FluidValue Evaluate(LiquidContext context) => new LiquidRange(End(first, context), End(last, context));

    private static long End(Expression end, LiquidContext context) =>
        (long)Math.Clamp(LiquidNumbers.Of(Evaluate(end, context)), -Largest, Largest);
}

/// <summary>Something in which a variable that does not exist is null: a condition, or what has a <c>default</c>.</summary>
internal sealed class OptionalExpression(Expression inner, bool hasDefault = false, bool isNegated = false) : LiquidExpression(inner)
{
    public bool HasDefault => hasDefault;

    protected override FluidValue Evaluate(LiquidContext context)
    {
        var before = context.IsOptional;
        context.IsOptional = true;
        var value = Evaluate(inner, context);
        context.IsOptional = before;
        return isNegated ? BooleanValue.Create(!value.ToBooleanValue()) : value;
    }
}

/// <summary>Two values with an operator between them.</summary>
internal sealed class ComparisonExpression(Expression left, string comparison, Expression right) : LiquidExpression(left, right)
{
    protected override FluidValue Evaluate(LiquidContext context) =>
        BooleanValue.Create(LiquidComparison.IsTrue(Evaluate(left, context), comparison, Evaluate(right, context)));
}
