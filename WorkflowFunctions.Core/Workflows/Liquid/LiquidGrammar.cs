using System.Text.RegularExpressions;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>
/// Reads what stands between braces to its end. The library takes the first part that it can make sense of and passes over the
/// rest, so that <c>{{ n + 1 }}</c> would quietly be <c>n</c>, and <c>a == 1 &amp;&amp; b</c> send a workflow down the wrong branch.
/// </summary>
internal sealed partial class LiquidGrammar
{
    private const int MaxQuoted = 60;

    private readonly string _text;
    private readonly string _kind;
    private readonly string _rule;
    private readonly List<string> _parts = [];
    private int _at;

    private LiquidGrammar(string text, string kind, string rule) => (_text, _kind, _rule) = (text, kind, rule);

    /// <summary>A condition with a space between its parts, without which the library does not tell them apart.</summary>
    /// <exception cref="LiquidSyntaxException">It is not values and comparisons that are joined by <c>and</c> and <c>or</c>.</exception>
    public static string Condition(string text)
    {
        var condition = new LiquidGrammar(
            text, "condition",
            "It is a value, or two with an operator between them (== != < > <= >= contains), and more of these after 'and' or 'or'; " +
            "there are no brackets, filters, calculations, '&&', '||', '!' or 'not'.");
        do
        {
            condition.Require(Value());
            if (condition.Take(Operator()))
                condition.Require(Value());
        }
        while (condition.Take(Joint()));
        condition.RequireEnd();
        return string.Join(' ', condition._parts);
    }

    /// <summary>Checks what is printed, assigned or looped over.</summary>
    /// <exception cref="LiquidSyntaxException">It is not a value, with filters after it.</exception>
    public static void Output(string text)
    {
        var output = new LiquidGrammar(
            text, "value",
            "A value is a text in quotes, a number, or a variable such as nodes.draft.text or nodes[\"my draft\"].text; " +
            "filters follow after '|', such as | plus: 1 or | default: \"none\".");
        output.Require(Value());
        while (output.Take(Filter()))
        {
            if (!output.Take(Colon()))
                continue;
            do
            {
                output.Take(ArgumentName());
                output.Require(Value());
            }
            while (output.Take(Comma()));
        }

        output.RequireEnd();
    }

    /// <summary>Checks what follows the list in <c>for</c> and <c>tablerow</c>.</summary>
    /// <exception cref="LiquidSyntaxException">It is not an option of a loop.</exception>
    public static void LoopOptions(string text)
    {
        var options = new LiquidGrammar(
            text, "loop", "After the list there may be limit: 5, offset: 2, cols: 3 or reversed; filters go into an 'assign' before.");
        while (options.TakeLoopOption())
            options.Take(Comma());
        options.RequireEnd();
    }

    private bool TakeLoopOption()
    {
        if (!Take(LoopOption()))
            return Take(Reversed());
        Require(Value());
        return true;
    }

    private void Require(Regex part)
    {
        if (!Take(part))
            throw NotReadable();
    }

    private void RequireEnd()
    {
        if (!string.IsNullOrWhiteSpace(_text[_at..]))
            throw NotReadable();
    }

    private LiquidSyntaxException NotReadable()
    {
        var rest = _text[_at..].Trim();
        var where = rest.Length == 0 ? "at its end" : $"from '{rest[..Math.Min(rest.Length, MaxQuoted)]}'";
        return new LiquidSyntaxException($"The {_kind} cannot be read {where}. {_rule}");
    }

    private bool Take(Regex part)
    {
        var match = part.Match(_text, _at);
        if (!match.Success)
            return false;
        _parts.Add(match.Groups["part"].Value);
        _at += match.Length;
        return true;
    }

    [GeneratedRegex(
        """\G\s*(?<part>"[^"]*"|'[^']*'|-?\d+(\.\d+)?(?![\w.-])|(?!(and|or)\b)[A-Za-z_][\w-]*\??(\.[\w-]+\??|\[("[^"]*"|'[^']*'|[^\[\]"']+)\])*)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Value();

    [GeneratedRegex(
        """\G\s*(?<part>==|!=|<>|<=|>=|<|>|(contains|startswith|endswith|haskey|hasvalue)(?![\w-]))""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Operator();

    [GeneratedRegex("""\G\s*(?<part>and|or)(?![\w-])""", RegexOptions.CultureInvariant)]
    private static partial Regex Joint();

    [GeneratedRegex("""\G\s*\|\s*(?<part>\w+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Filter();

    [GeneratedRegex("""\G\s*(?<part>:)""", RegexOptions.CultureInvariant)]
    private static partial Regex Colon();

    [GeneratedRegex("""\G\s*(?<part>,)""", RegexOptions.CultureInvariant)]
    private static partial Regex Comma();

    [GeneratedRegex("""\G\s*(?<part>\w+)\s*:""", RegexOptions.CultureInvariant)]
    private static partial Regex ArgumentName();

    [GeneratedRegex("""\G\s*(?<part>reversed)(?![\w-])""", RegexOptions.CultureInvariant)]
    private static partial Regex Reversed();

    [GeneratedRegex("""\G\s*(?<part>limit|offset|cols)\s*:""", RegexOptions.CultureInvariant)]
    private static partial Regex LoopOption();
}
