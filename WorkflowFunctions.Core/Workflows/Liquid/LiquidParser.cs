using Fluid;
using Fluid.Ast;
using Fluid.Ast.BinaryExpressions;
using Fluid.Values;
using Parlot;
using Parlot.Fluent;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Liquid's grammar: the library's text and tags, over values and conditions that are read to their end.</summary>
internal sealed class LiquidParser : FluidParser
{
    private const int MaxParts = 200;

    private const string ValueRule =
        "A value is a text in quotes, a number, or a variable such as nodes.draft.text or nodes[\"my draft\"].text; " +
        "filters follow after '|', such as | plus: 1 or | default: \"none\".";

    private const string ConditionRule =
        "It is a value, or two with an operator between them (== != < > <= >= contains), and more of these after 'and' or 'or'; " +
        "there are no brackets, filters, calculations, '&&', '||', '!' or 'not'.";

    private const string LoopRule =
        "It is written as: item in items. After that there may be limit: 5, offset: 2 or reversed; filters go into an 'assign' before.";

    private const string AssignRule = "It is written as: {% assign name = value %}. " + ValueRule;

    private static readonly HashSet<string> s_words =
        ["and", "or", "in", "contains", "startswith", "endswith", "true", "false", "nil", "null", "blank", "empty"];

    private readonly Parser<Expression> _condition;
    private readonly Parser<string> _name = new Scan(Scan.OfName()).Then(static span => span.ToString());

    private LiquidParser() : base(new FluidParserOptions { AllowLiquidTag = true })
    {
        Primary.Parser = new Nested<Expression>(Value());
        AnyTagsList.Parser = new Nested<IReadOnlyList<Statement>>(AnyTagsList.Parser!);
        var chain = Chain();
        FilterExpression.Parser = new Required<Expression>(chain, "value", ValueRule);
        _condition = new Required<Expression>(Condition(), "condition", ConditionRule);
        AddBlocks();
        RegisteredTags["assign"] = new Required<(string, Expression)>(
                _name.AndSkip(Equal).And(chain).Then(static parts => (parts.Item1, parts.Item2)), "assignment", AssignRule)
            .AndSkip(TagEnd).Then(static parts => (Statement)new AssignStatement(parts.Item1, parts.Item2));
        RegisteredTags["capture"] = new Required<string>(_name, "tag 'capture'", "It is written as: {% capture name %}.")
            .AndSkip(TagEnd).And(AnyTagsList).AndSkip(End("capture"))
            .Then(static parts => (Statement)new CaptureStatement(parts.Item1, parts.Item2));
        RegisteredTags["comment"] = TagEnd
            .SkipAnd(new Required<TextSpan>(new CommentText(), "comment", "It ends with {% endcomment %}.", isAll: false))
            .AndSkip(End("comment"))
            .Then(static text => (Statement)new CommentStatement(text));
        // What reaches outside the template, or loops without counting its turns.
        foreach (var tag in (string[])["include", "render", "tablerow"])
            RegisteredTags.Remove(tag);
    }

    /// <summary>The one parser: it keeps nothing of what it reads.</summary>
    public static LiquidParser Instance { get; } = new();

    public IReadOnlyList<Statement> ParseTemplate(string text) => Parse(Grammar, new LiquidParseContext(text, isCondition: false));

    /// <summary>Reads a condition, without a tag around it.</summary>
    public Expression ParseCondition(string text) => Parse(_condition, new LiquidParseContext(text, isCondition: true));

    private static T Parse<T>(Parser<T> parser, LiquidParseContext context)
    {
        var cursor = context.Scanner.Cursor;
        try
        {
            return parser.TryParse(context, out var result, out var error) && (cursor.Eof || context.IsAtEnd())
                ? result
                : throw LiquidSyntaxException.Unreadable(
                    cursor.Buffer, error?.Position.Offset ?? cursor.Offset, "template", error?.Message ?? "A tag is not closed.");
        }
        catch (Fluid.ParseException exception)
        {
            var tag = cursor.Buffer.LastIndexOf("{%", cursor.Offset, StringComparison.Ordinal);
            throw LiquidSyntaxException.At(cursor.Buffer, Math.Max(0, tag), exception.Message.Split(" at (")[0] + ".");
        }
    }

    private Parser<Expression> Value()
    {
        var number = new Scan(Scan.OfNumber())
            .Then(static span => (Expression)new LiteralExpression(LiquidValues.Number(span.ToString())));
        var member = new Scan(Scan.OfVariable())
            .Then(static span => new PathStep(span.ToString(), null, span.Offset, span.Offset + span.Length));
        var index = Terms.Char('[').Then(static (context, _) => context.Scanner.Cursor.Offset - 1).And(Primary).AndSkip(RBracket)
            .Then(static (context, parts) => new PathStep(null, parts.Item2, parts.Item1, context.Scanner.Cursor.Offset));
        var path = OneOf(member, index).And(ZeroOrMany(OneOf(Dot.SkipAnd(member), index)))
            .Then(static (context, steps) => Variable(context.Scanner.Buffer, [steps.Item1, .. steps.Item2]));
        var range = LParen.SkipAnd(Primary).AndSkip(Terms.Text("..")).And(Primary).AndSkip(RParen)
            .Then(static ends => (Expression)new LiquidRangeExpression(ends.Item1, ends.Item2));
        return OneOf(Quoted('"'), Quoted('\''), number, path, range);
    }

    private static Parser<Expression> Quoted(char quote) => Terms.Char(quote)
        .SkipAnd(Literals.NoneOf(quote.ToString(), minSize: 0)).AndSkip(Literals.Char(quote))
        .Then(static span => (Expression)new LiteralExpression(StringValue.Create(span.ToString())));

    private static Expression Variable(string buffer, PathStep[] steps)
    {
        var start = steps[0].Start;
        if (steps[0].Name is not { } root || !s_words.Contains(root))
            return new PathExpression(buffer[start..steps[^1].End], steps);
        return (steps.Length, root) switch
        {
            (1, "true") => TrueKeyword,
            (1, "false") => FalseKeyword,
            (1, "nil" or "null") => NilKeyword,
            (1, "blank") => BlankKeyword,
            (1, "empty") => EmptyKeyword,
            _ => throw LiquidSyntaxException.At(
                buffer, start, $"'{root}' is a word of Liquid; a node that is called so is read with nodes[\"{root}\"]."),
        };
    }

    /// <summary>A value with filters.</summary>
    private Parser<Expression> Chain()
    {
        var argument = OneOf(
            _name.AndSkip(Colon).And(Primary).Then(static named => new FilterArgument(named.Item1, named.Item2)),
            Primary.Then(static value => new FilterArgument(null, value)));
        return Primary.And(ZeroOrMany(Pipe.SkipAnd(new Scan(Scan.OfName())).And(ZeroOrOne(Colon.SkipAnd(Separated(Comma, argument))))!))
            .Then(static (context, parts) =>
            {
                RequireFew(context, parts.Item2.Count);
                var value = parts.Item1;
                foreach (var (name, given) in parts.Item2)
                {
                    if (LiquidFilters.Check(name.ToString(), [.. (given ?? []).Select(argument => argument.Name)]) is { } problem)
                        throw LiquidSyntaxException.At(context.Scanner.Buffer, name.Offset, problem);
                    var tried = new FilterExpression(value as LiteralExpression ?? NilKeyword, name.ToString(), given);
                    var arguments = tried.Parameters.Select(argument => argument.Expression);
                    TryNow(context, name.Offset, arguments, rendering => LiquidExpression.Evaluate(tried, rendering));
                    value = new FilterExpression(value, name.ToString(), given);
                }

                return parts.Item2.Any(filter => filter.Item1.Span is "default") ? new OptionalExpression(value, hasDefault: true) : value;
            });
    }

    private Parser<Expression> Condition()
    {
        var comparison = OneOf(
            Terms.Text("=="), Terms.Text("!="), Terms.Text("<>"), Terms.Text("<="), Terms.Text(">="), Terms.Text("<"), Terms.Text(">"),
            Terms.Keyword("contains"), Terms.Keyword("startswith"), Terms.Keyword("endswith"));
        var compared = Primary.And(ZeroOrOne(comparison.And(Primary))).Then(static (context, sides) =>
        {
            if (sides.Item2.Item1 is null)
                return sides.Item1;
            var result = new ComparisonExpression(sides.Item1, sides.Item2.Item1, sides.Item2.Item2);
            TryNow(context, context.Scanner.Cursor.Offset, result.Parts, rendering => LiquidExpression.Evaluate(result, rendering));
            return result;
        });
        return compared.And(ZeroOrMany(OneOf(Terms.Keyword("and"), Terms.Keyword("or")).And(compared))).Then(static (context, parts) =>
        {
            RequireFew(context, parts.Item2.Count);
            Expression[] all = [parts.Item1, .. parts.Item2.Select(part => part.Item2)];
            var result = all[^1];
            // Liquid reads conditions from the right.
            for (var i = parts.Item2.Count - 1; i >= 0; i--)
                result = parts.Item2[i].Item1 == "and" ? new AndBinaryExpression(all[i], result) : new OrBinaryExpression(all[i], result);
            return result;
        });
    }

    private static void RequireFew(ParseContext context, int count)
    {
        if (count > MaxParts)
        {
            throw LiquidSyntaxException.At(
                context.Scanner.Buffer, context.Scanner.Cursor.Offset,
                $"There are more than {MaxParts} filters or conditions in one place.");
        }
    }

    /// <summary>What reads no variable is tried while it is read, filters on null if need be, and refused if that fails.</summary>
    private static void TryNow(ParseContext context, int offset, IEnumerable<Expression> parts, Action<LiquidContext> run)
    {
        try
        {
            if (parts.All(part => part is LiteralExpression))
                run(new LiquidContext(new ValueScope()));
        }
        catch (LiquidSyntaxException exception)
        {
            throw LiquidSyntaxException.At(context.Scanner.Buffer, offset, exception.Message);
        }
    }

    private void AddBlocks()
    {
        var condition = _condition.Then(static inner => (Expression)new OptionalExpression(inner));
        var otherwise = TagStart.SkipAnd(Terms.Keyword("else"))
            .SkipAnd(new Required<object?>(Always(), "tag 'else'", "Nothing follows in it; a condition is written with 'elsif'."))
            .AndSkip(TagEnd).SkipAnd(AnyTagsList);
        var otherwiseIf = TagStart.SkipAnd(Terms.Keyword("elsif")).SkipAnd(condition).AndSkip(TagEnd).And(AnyTagsList);
        var branches = ZeroOrMany(otherwiseIf).And(ZeroOrMany(OneOf(otherwise, otherwiseIf.Then(static branch => branch.Item2))));
        RegisteredTags["if"] = condition.AndSkip(TagEnd).And(AnyTagsList).And(branches).AndSkip(End("if"))
            .Then(static parts => If(parts.Item1, parts.Item2, parts.Item3.Item1, parts.Item3.Item2));
        RegisteredTags["unless"] = _condition
            .AndSkip(TagEnd)
            .And(AnyTagsList)
            .And(branches)
            .AndSkip(End("unless"))
            .Then(static parts =>
                If(new OptionalExpression(parts.Item1, isNegated: true), parts.Item2, parts.Item3.Item1, parts.Item3.Item2));

        var value = Primary.Then(static inner => (Expression)new OptionalExpression(inner));
        var values = new Required<IReadOnlyList<Expression>>(
            Separated(OneOf(Terms.Keyword("or"), Terms.Text(",")), value), "tag 'when'",
            "Values follow in it, with 'or' or ',' between them.");
        var when = TagStart.SkipAnd(Terms.Keyword("when")).SkipAnd(values).AndSkip(TagEnd).And(AnyTagsList)
            .Then(static parts => new CaseBranch(parts.Item1, parts.Item2));
        RegisteredTags["case"] = new Required<Expression>(value, "tag 'case'", "A value follows in it.")
            .AndSkip(TagEnd)
            .AndSkip(AnyTagsList)
            .And(ZeroOrMany(OneOf(when, otherwise.Then(static body => new CaseBranch(null, body)))))
            .AndSkip(End("case"))
            .Then(static parts =>
            {
                var bodies = BlankBlocks.Strip([.. parts.Item2.Select(branch => branch.Body)]);
                return (Statement)new ChoiceStatement(
                    parts.Item1, [.. parts.Item2.Select((branch, i) => branch with { Body = bodies[i] })]);
            });

        var option = OneOf(
            Terms.Keyword("reversed").Then(static name => (Name: name, Value: (Expression?)null)),
            OneOf(Terms.Keyword("limit"), Terms.Keyword("offset"))
                .AndSkip(Colon)
                .And(Primary)
                .Then(
                    static (context, parts) =>
                    {
                        var (name, value) = parts;
                        TryNow(context, context.Scanner.Cursor.Offset, [value], rendering => LoopHead.Number(name, value, rendering));
                        return (Name: name, Value: (Expression?)value);
                    }));
        var head = _name
            .AndSkip(Terms.Keyword("in"))
            .And(Primary)
            .And(ZeroOrMany(ZeroOrOne(Comma).SkipAnd(option)))
            .AndSkip(ZeroOrOne(Comma))
            .Then(static parts => new LoopHead(
                parts.Item1, parts.Item2, parts.Item3.DistinctBy(one => one.Name).ToDictionary(one => one.Name, one => one.Value)!));
        RegisteredTags["for"] = new Required<LoopHead>(head, "loop", LoopRule).AndSkip(TagEnd).And(AnyTagsList)
            .And(ZeroOrOne(otherwise)).AndSkip(End("for")).Then(static parts =>
            {
                var bodies = BlankBlocks.Strip(parts.Item2, parts.Item3 ?? []);
                return (Statement)new LoopStatement(parts.Item1, bodies[0], bodies[1]);
            });
    }

    private static Statement If(
        Expression condition,
        IReadOnlyList<Statement> body,
        IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> elseIfs,
        IReadOnlyList<IReadOnlyList<Statement>> rest)
    {
        var bodies = BlankBlocks.Strip([body, .. elseIfs.Select(branch => branch.Body), .. rest.Take(1)]);
        return new IfStatement(
            condition, bodies[0], rest.Count > 0 ? new ElseStatement(bodies[^1]) : null,
            [.. elseIfs.Select((branch, i) => new ElseIfStatement(branch.Condition, bodies[i + 1]))]);
    }

    private Parser<string> End(string tag) =>
        new Required<string>(CreateTag("end" + tag), $"block '{tag}'", $"It ends with {{% end{tag} %}}.", isAll: false);
}
