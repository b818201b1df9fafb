using Fluid.Ast;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Lists the variables that a template reads, without those that it sets itself.</summary>
internal sealed class VariableFinder : AstVisitor
{
    private readonly List<VariablePath> _found = [];
    private readonly List<string> _loops = [];
    private readonly HashSet<string> _set = new(StringComparer.Ordinal);
    private bool _hasDefault;

    /// <summary>The variables, in the order in which they stand. One that is set only after it is read may be missing there.</summary>
    public static IReadOnlyList<VariablePath> Find(IReadOnlyList<Statement> statements)
    {
        var finder = new VariableFinder();
        finder.VisitAll(statements);
        return [.. finder._found.Select(variable => finder._set.Contains(variable.Root) ? variable with { HasDefault = true } : variable)];
    }

    public override Expression VisitOtherExpression(Expression expression)
    {
        var before = _hasDefault;
        _hasDefault |= expression is OptionalExpression { HasDefault: true };
        if (expression is PathExpression path)
            Add(path);
        foreach (var part in ((LiquidExpression)expression).Parts)
            Visit(part);
        _hasDefault = before;
        return expression;
    }

    public override Statement VisitOtherStatement(Statement statement)
    {
        switch (statement)
        {
            case LoopStatement loop:
                foreach (var part in loop.Head.Parts)
                    Visit(part);
                _loops.AddRange([loop.Head.Name, "forloop"]);
                VisitAll(loop.Statements);
                _loops.RemoveRange(_loops.Count - 2, 2);
                VisitAll(loop.Else);
                break;
            case ChoiceStatement choice:
                Visit(choice.Value);
                foreach (var (values, body) in choice.Branches)
                {
                    foreach (var value in values ?? [])
                        Visit(value);
                    VisitAll(body);
                }

                break;
        }

        return statement;
    }

    protected override Statement VisitAssignStatement(AssignStatement assignStatement)
    {
        base.VisitAssignStatement(assignStatement);
        _set.Add(assignStatement.Identifier);
        return assignStatement;
    }

    protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
    {
        base.VisitCaptureStatement(captureStatement);
        _set.Add(captureStatement.Identifier);
        return captureStatement;
    }

    private void VisitAll(IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements)
            Visit(statement);
    }

    private void Add(PathExpression path)
    {
        // A root that is computed may be any node.
        var root = path.Steps[0].Member;
        if (root is null || (!_loops.Contains(root) && !_set.Contains(root)))
        {
            var member = root is null || path.Steps.Count == 1 ? null : path.Steps[1].Member;
            _found.Add(new VariablePath(path.ToString(), root ?? "nodes", member, _hasDefault));
        }
    }
}

/// <summary>A variable that a template reads: <c>nodes.node-1.text</c>.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Root">Its first name.</param>
/// <param name="Member">
/// The name after the root where it is written out (<c>nodes.a</c>, <c>nodes["a"]</c>); null where there is none or it is computed.
/// </param>
/// <param name="HasDefault">It stands in an expression that has a <c>default</c> filter.</param>
internal sealed record VariablePath(string Text, string Root, string? Member, bool HasDefault);
