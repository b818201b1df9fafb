using System.Text.RegularExpressions;

namespace WorkflowFunctions.Templating;

/// <summary>
/// Reads a condition to its end. The library takes the first comparison that it can find and passes over the rest, so that
/// <c>a == 1 &amp;&amp; b</c> would quietly be <c>a == 1</c>, and a workflow would take the wrong branch.
/// </summary>
internal sealed partial class LiquidCondition
{
    private const int MaxQuoted = 60;

    private readonly string _text;
    private readonly List<string> _parts = [];
    private int _at;

    private LiquidCondition(string text) => _text = text;

    /// <summary>The condition with a space between its parts, without which the library does not tell them apart.</summary>
    /// <exception cref="LiquidSyntaxException">It is not values and comparisons that are joined by <c>and</c> and <c>or</c>.</exception>
    public static string Read(string text)
    {
        var condition = new LiquidCondition(text);
        do
        {
            condition.Require(Value());
            if (condition.Take(Operator()))
                condition.Require(Value());
        }
        while (condition.Take(Joint()));
        condition.Require(End());
        return string.Join(' ', condition._parts).TrimEnd();
    }

    private void Require(Regex part)
    {
        if (Take(part))
            return;
        var rest = _text[_at..].Trim();
        throw new LiquidSyntaxException(
            $"The condition cannot be read {(rest.Length == 0 ? "at its end" : $"from '{rest[..Math.Min(rest.Length, MaxQuoted)]}'")}. " +
            "It is a value, or two with an operator between them (== != < > <= >= contains), and more of these after 'and' or 'or'; " +
            "there are no brackets, filters, calculations, '&&', '||', '!' or 'not'.");
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

    [GeneratedRegex("""\G\s*(?<part>\z)""", RegexOptions.CultureInvariant)]
    private static partial Regex End();
}
