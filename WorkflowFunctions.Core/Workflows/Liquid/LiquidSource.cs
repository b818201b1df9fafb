using System.Text;
using System.Text.RegularExpressions;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>
/// Reads the source of a template before the library does: lists the variables, and marks each output so that a missing
/// variable is told apart from an empty one, and a lone <c>{{ … }}</c> keeps its type.
/// </summary>
internal sealed partial class LiquidSource
{
    /// <summary>Tags that reach outside the template, or that no setting has a use for.</summary>
    private static readonly HashSet<string> s_refusedTags = ["include", "extends", "block", "param"];

    /// <summary>The library calls itself for each block within a block, and for each condition of a tag.</summary>
    private const int MaxDepth = 50;
    private const int MaxTagLength = 5_000;

    private static readonly HashSet<string> s_blocks = ["if", "unless", "case", "for", "tablerow", "capture", "ifchanged"];

    private int _depth;
    private readonly HashSet<string> _locals = ["forloop", "tablerowloop"];
    private readonly List<VariablePath> _variables = [];

    private LiquidSource(string marked, bool isSingleOutput) => (Marked, IsSingleOutput) = (marked, isSingleOutput);

    /// <summary>The source with the marks in it.</summary>
    public string Marked { get; private set; }

    /// <summary>Whether the string is exactly one <c>{{ … }}</c>.</summary>
    public bool IsSingleOutput { get; }

    /// <summary>The variables that are read, without those that the template itself sets.</summary>
    public IReadOnlyList<VariablePath> Variables => [.. _variables.Where(variable => !_locals.Contains(variable.Root))];

    /// <summary>Whether a string is a template at all.</summary>
    public static bool IsTemplate(string text) => text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal);

    /// <exception cref="LiquidSyntaxException">A tag that is not allowed or a filter that does not exist is used, or something is not closed.</exception>
    public static LiquidSource Read(string text)
    {
        RequireClosed(text, "{{", "}}");
        RequireClosed(text, "{%", "%}");
        var tokens = Token().Matches(text);
        var single = tokens.Count == 1 && tokens[0].Groups["output"].Success && tokens[0].Value.Length == text.Trim().Length;
        var source = new LiquidSource("", single);
        source.Mark(text, tokens);
        return source;
    }

    /// <summary>
    /// Where a closing mark follows the last opening one, each search for one ends soon. Without it, each would go on to the end of
    /// the text, here and in the library: a minute for a text of 100 KB.
    /// </summary>
    private static void RequireClosed(string text, string open, string close)
    {
        if (text.LastIndexOf(open, StringComparison.Ordinal) > text.LastIndexOf(close, StringComparison.Ordinal))
            throw new LiquidSyntaxException($"A '{open}' is not closed by a '{close}'.");
    }

    private void Mark(string text, MatchCollection tokens)
    {
        var marked = new StringBuilder(text.Length + 64);
        var end = 0;
        string? verbatimUntil = null;
        foreach (Match token in tokens)
        {
            marked.Append(text, end, token.Index - end);
            end = token.Index + token.Length;
            var tag = token.Groups["tag"].Value;
            if (verbatimUntil is not null || tag is "raw" or "comment")
            {
                verbatimUntil = tag == verbatimUntil ? null : verbatimUntil ?? "end" + tag;
                marked.Append(token.Value);
            }
            else if (token.Groups["output"].Success)
            {
                marked.Append(MarkOutput(token));
            }
            else
            {
                marked.Append(MarkTag(token, tag));
            }
        }

        Marked = marked.Append(text, end, text.Length - end).ToString();
    }

    private string MarkOutput(Match token)
    {
        var expression = token.Groups["output"].Value;
        _variables.AddRange(LiquidExpression.Variables(expression));
        var marked = Require(expression);
        return token.Groups["open"].Value + marked + (IsSingleOutput ? " | keep_type " : " | print ") + token.Groups["close"].Value;
    }

    private string MarkTag(Match token, string tag)
    {
        if (s_refusedTags.Contains(tag))
            throw new LiquidSyntaxException($"The tag '{tag}' cannot be used here.");
        var markup = token.Groups["markup"].Value;
        Bound(tag, markup);
        switch (tag)
        {
            case "assign":
                if (Assignment().Match(markup) is not { Success: true } assignment)
                    throw new LiquidSyntaxException("The tag 'assign' is written as: {% assign name = value %}.");
                _locals.Add(assignment.Groups["name"].Value);
                var value = assignment.Groups["value"].Value;
                _variables.AddRange(LiquidExpression.Variables(value));
                return $"{token.Groups["open"].Value} assign {assignment.Groups["name"].Value} = {Require(value)} {token.Groups["close"].Value}";
            case "for" or "tablerow" when Loop().Match(markup) is { Success: true } loop:
                _locals.Add(loop.Groups["name"].Value);
                var items = loop.Groups["items"].Value;
                _variables.AddRange(LiquidExpression.Variables(items + loop.Groups["rest"].Value));
                RequireNoRange(loop.Groups["rest"].Value);
                LiquidGrammar.LoopOptions(loop.Groups["rest"].Value);
                // Each turn of the loop looks at what has been used.
                return items.StartsWith('(')
                    ? $"{{{{ {items[1..^1].Replace("..", " | within: ", StringComparison.Ordinal)} }}}}{token.Value}{{{{ 0 | discard }}}}"
                    : $"{{{{ {Require(items)} | discard }}}}{token.Value}{{{{ 0 | discard }}}}";
            case "for" or "tablerow":
                throw new LiquidSyntaxException($"The tag '{tag}' is written as: {{% {tag} item in items %}}.");
            case "if" or "elsif" or "unless":
                _variables.AddRange(LiquidExpression.Variables(markup));
                return $"{token.Groups["open"].Value} {tag} {LiquidGrammar.Condition(markup)} {token.Groups["close"].Value}";
            case "capture" or "increment" or "decrement":
                _locals.Add(markup.Trim());
                return token.Value;
            default:
                _variables.AddRange(LiquidExpression.Variables(markup));
                return token.Value;
        }
    }

    private void Bound(string tag, string markup)
    {
        if (s_blocks.Contains(tag) && ++_depth > MaxDepth)
            throw new LiquidSyntaxException($"Blocks stand in each other more than {MaxDepth} deep.");
        if (tag.StartsWith("end", StringComparison.Ordinal))
            _depth--;
        if (markup.Length > MaxTagLength)
            throw new LiquidSyntaxException($"The tag '{tag}' is longer than {MaxTagLength:N0} characters.");
        if (tag is not ("for" or "tablerow"))
            RequireNoRange(markup);
    }

    /// <summary>A range is counted up before a filter sees it, so it stands only where its length is known before.</summary>
    private static void RequireNoRange(string expression)
    {
        if (expression.Contains("..", StringComparison.Ordinal) && Quoted().Replace(expression, "").Contains("..", StringComparison.Ordinal))
            throw new LiquidSyntaxException("A range such as (1..5) can only be looped over: {% for i in (1..5) %}.");
    }

    /// <summary>
    /// Adds the filter that fails on a missing variable, unless the expression has a default or reads none. Every filter is
    /// looked at on the way: the library would find out about an unknown one only when it renders.
    /// </summary>
    private static string Require(string expression)
    {
        RequireNoRange(expression);
        LiquidGrammar.Output(expression);
        var parts = LiquidExpression.SplitFilters(expression);
        foreach (var filter in parts.Skip(1).Select(LiquidExpression.NameOf).Where(filter => !LiquidFilters.IsKnown(filter)))
            throw new LiquidSyntaxException($"There is no filter called '{filter}'.");
        var head = parts[0].Trim();
        if (parts.Skip(1).Any(LiquidExpression.IsDefault) || !LiquidExpression.Variables(head).Any())
            return expression;
        var name = head.Replace('"', '\'');
        return string.Join(" |", [$"{head} | require: \"{name}\" ", .. parts.Skip(1)]);
    }

    [GeneratedRegex(
        """(?<open>\{\{-?)(?<output>.*?)(?<close>-?\}\})|(?<open>\{%-?)\s*(?<tag>\w+)(?<markup>.*?)(?<close>-?%\})""",
        RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"'[^']*'|""[^""]*""", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex("""^\s*(?<name>[\w-]+)\s*=\s*(?<value>.+)$""", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex("""^\s*(?<name>[\w-]+)\s+in\s+(?<items>\([^)]*\)|[^\s(]\S*)(?<rest>.*)$""", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Loop();
}
