using System.Text.Encodings.Web;
using System.Text.Json;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>The head of a loop: <c>item in items limit: 5 reversed</c>; <c>reversed</c> is an option without a value.</summary>
internal sealed record LoopHead(string Name, Expression Items, IReadOnlyDictionary<string, Expression?> Options)
{
    /// <summary>Whether the loop goes on where another one over the same items has ended.</summary>
    public bool IsContinued => Options.GetValueOrDefault("offset")?.ToString() == "continue";

    public IEnumerable<Expression> Parts =>
        Options.Where(option => option.Key != "offset" || !IsContinued).Select(option => option.Value).OfType<Expression>().Prepend(Items);

    /// <summary>The value of an option: a whole number, or null.</summary>
    public static long? Number(string name, Expression option, LiquidContext context) =>
        LiquidExpression.Evaluate(option, context) is var value && value.IsNil()
            ? null
            : LiquidNumbers.Whole(value, $"The option '{name}' of a loop");
}

/// <summary><c>{% for %}</c>: it takes its items one by one, and makes none that it does not need.</summary>
internal sealed class LoopStatement(LoopHead head, IReadOnlyList<Statement> body, IReadOnlyList<Statement> otherwise) : TagStatement(body)
{
    private readonly string _place = $"{head.Name} in {head.Items}";

    public LoopHead Head => head;

    public IReadOnlyList<Statement> Else => otherwise;

    public override async ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
    {
        var rendering = (LiquidContext)context;
        var items = LiquidLists.Of(LiquidExpression.Evaluate(head.Items, context));
        var from = head.IsContinued ? rendering.Offsets.GetValueOrDefault(_place) : Math.Max(0, Option("offset", rendering) ?? 0);
        var count = Math.Max(0, Math.Min(items.Count - from, Option("limit", rendering) ?? long.MaxValue));
        rendering.Offsets[_place] = from + count;
        if (count == 0)
            return await otherwise.RenderStatementsAsync(writer, encoder, context);

        var loop = new LiquidLoop(count, rendering.Find("forloop"));
        rendering.OpenLoop(head.Name, loop);
        for (loop.Index = 0; loop.Index < count; loop.Index++)
        {
            rendering.Turn(items[from + (head.Options.ContainsKey("reversed") ? count - 1 - loop.Index : loop.Index)]);
            if (await Statements.RenderStatementsAsync(writer, encoder, context) == Completion.Break)
                break;
        }

        rendering.CloseLoop();
        return Completion.Normal;
    }

    private long? Option(string name, LiquidContext context) =>
        head.Options.GetValueOrDefault(name) is { } option ? LoopHead.Number(name, option, context) : null;
}

/// <summary><c>forloop</c>.</summary>
internal sealed class LiquidLoop(long length, FluidValue? parent) : LiquidValue
{
    public long Index { get; set; }

    public override FluidValues Type => FluidValues.Object;

    public FluidValue? Find(string name) => name switch
    {
        "length" => NumberValue.Create((decimal)length),
        "index" => NumberValue.Create((decimal)(Index + 1)),
        "index0" => NumberValue.Create((decimal)Index),
        "rindex" => NumberValue.Create((decimal)(length - Index)),
        "rindex0" => NumberValue.Create((decimal)(length - Index - 1)),
        "first" => BooleanValue.Create(Index == 0),
        "last" => BooleanValue.Create(Index == length - 1),
        "parentloop" => parent ?? NilValue.Instance,
        _ => null,
    };

    public override decimal ToNumberValue() => length;

    public override string ToStringValue() => "forloop";

    public override void Write(Utf8JsonWriter writer) => writer.WriteStringValue(ToStringValue());
}

/// <summary>A part of <c>{% case %}</c>; <c>else</c> has no values.</summary>
internal sealed record CaseBranch(IReadOnlyList<Expression>? Values, IReadOnlyList<Statement> Body);

/// <summary><c>{% case %}</c>: each value that matches writes its part, and <c>else</c> its own if none before it did.</summary>
internal sealed class ChoiceStatement(Expression value, IReadOnlyList<CaseBranch> branches) : Statement
{
    public Expression Value => value;

    public IReadOnlyList<CaseBranch> Branches => branches;

    public override async ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
    {
        var compared = LiquidExpression.Evaluate(value, context);
        var hasMatched = false;
        foreach (var (values, body) in branches)
        {
            var matches = values?.Count(one => LiquidComparison.AreEqual(compared, LiquidExpression.Evaluate(one, context)))
                ?? (hasMatched ? 0 : 1);
            hasMatched |= values is not null && matches > 0;
            for (; matches > 0; matches--)
            {
                if (await body.RenderStatementsAsync(writer, encoder, context) is not Completion.Normal and var completion)
                    return completion;
            }
        }

        return Completion.Normal;
    }
}

/// <summary>Blocks that hold nothing but white space, and tags that write nothing, write nothing at all.</summary>
internal static class BlankBlocks
{
    public static IReadOnlyList<Statement>[] Strip(params IReadOnlyList<Statement>[] parts) => parts.All(AreBlank)
        ? [.. parts.Select(part => (IReadOnlyList<Statement>)[.. part.Where(statement => statement is not TextSpanStatement)])]
        : parts;

    private static bool AreBlank(IReadOnlyList<Statement> statements) => statements.All(statement => statement switch
    {
        TextSpanStatement text => text.Text.Span.IsWhiteSpace(),
        AssignStatement or CaptureStatement or CommentStatement => true,
        IfStatement choice => AreBlank(
            [.. choice.Statements, .. choice.Else?.Statements ?? [], .. choice.ElseIfs.SelectMany(other => other.Statements)]),
        LoopStatement loop => AreBlank([.. loop.Statements, .. loop.Else]),
        ChoiceStatement choice => AreBlank([.. choice.Branches.SelectMany(branch => branch.Body)]),
        _ => false,
    });
}
