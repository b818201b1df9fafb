using System.Text.RegularExpressions;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>
/// Reads the little that is needed of a Liquid expression: which variables it names, and where its filters begin. The
/// evaluation itself is the library's.
/// </summary>
internal static partial class LiquidExpression
{
    private static readonly HashSet<string> s_words = new(StringComparer.OrdinalIgnoreCase)
    {
        "and", "or", "not", "in", "true", "false", "nil", "null", "blank", "empty", "reversed",
        "contains", "startswith", "endswith", "haskey", "hasvalue",
    };

    /// <summary>The variables of an expression with its filters, in the order in which they stand.</summary>
    public static IEnumerable<VariablePath> Variables(string expression)
    {
        var parts = SplitFilters(expression);
        var hasDefault = parts.Skip(1).Any(IsDefault);
        for (var i = 0; i < parts.Count; i++)
        {
            // The first word of a filter is the filter's name.
            var operands = i == 0 ? parts[i] : parts[i][FilterName().Match(parts[i]).Length..];
            foreach (var variable in Operands(operands, hasDefault))
                yield return variable;
        }
    }

    /// <summary>Splits <c>a | b: c | d</c> at the bars that are not inside a string.</summary>
    public static List<string> SplitFilters(string expression)
    {
        var parts = new List<string>();
        var start = 0;
        var quote = '\0';
        for (var i = 0; i < expression.Length; i++)
        {
            var character = expression[i];
            if (quote != '\0')
                quote = character == quote ? '\0' : quote;
            else if (character is '"' or '\'')
                quote = character;
            else if (character == '|')
            {
                parts.Add(expression[start..i]);
                start = i + 1;
            }
        }

        parts.Add(expression[start..]);
        return parts;
    }

    /// <summary>The name of a filter: of <c>truncate: 20</c> it is <c>truncate</c>.</summary>
    public static string NameOf(string filter) => FilterName().Match(filter).Groups[1].Value;

    /// <summary>Whether a filter is <c>default</c>.</summary>
    public static bool IsDefault(string filter) => NameOf(filter) == "default";

    private static IEnumerable<VariablePath> Operands(string text, bool hasDefault)
    {
        foreach (Match match in Operand().Matches(text))
        {
            var root = match.Groups["root"].Value;
            if (root.Length == 0 || s_words.Contains(root))
                continue;
            var segments = match.Groups["segment"].Captures;
            yield return new VariablePath(
                match.Groups["path"].Value, root, segments.Count == 0 ? null : Literal(segments[0].Value), hasDefault);
            foreach (Capture segment in segments)
            {
                if (segment.Value[0] == '[' && Literal(segment.Value) is null)
                {
                    foreach (var inner in Operands(segment.Value[1..^1], hasDefault))
                        yield return inner;
                }
            }
        }
    }

    private static string? Literal(string segment) =>
        segment[0] == '.' ? segment[1..]
        : segment.Length > 3 && segment[1] is '"' or '\'' ? segment[2..^2]
        : null;

    [GeneratedRegex("""^\s*([A-Za-z_]\w*)\s*:?""", RegexOptions.CultureInvariant)]
    private static partial Regex FilterName();

    // A string, a number, a named argument, or a variable with what follows it; only the last one captures a root.
    [GeneratedRegex(
        """(?:"[^"]*"|'[^']*')|(?<![\w.-])-?\d+(\.\d+)?(?![\w-])|[A-Za-z_]\w*\s*:|(?<path>(?<root>[A-Za-z_][\w-]*)(?<segment>\.[\w-]+|\[("[^"]*"|'[^']*'|[^\]]*)\])*)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Operand();
}
