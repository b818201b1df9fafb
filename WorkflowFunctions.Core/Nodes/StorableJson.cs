using System.Text.Json;
using System.Text.RegularExpressions;

namespace WorkflowFunctions.Nodes;

/// <summary>PostgreSQL stores no NUL character, in text or in JSON, and no half of a surrogate pair; both are replaced.</summary>
internal static partial class StorableJson
{
    private const string Replacement = "\\ufffd";

    /// <summary>As deep as others may nest what they send.</summary>
    public const int MaxDepth = 256;

    /// <summary>How JSON is read that holds what others have sent.</summary>
    public static readonly JsonDocumentOptions Deep = new() { MaxDepth = 2 * MaxDepth };

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads JSON that another system wrote.</summary>
    /// <exception cref="JsonException">It is not JSON, or too deep.</exception>
    public static JsonElement Parse(string json) => JsonElement.Parse(Of(json), s_options);

    /// <summary>JSON as <c>jsonb</c> takes it.</summary>
    public static string Of(string json) =>
        json.Contains("\\u", StringComparison.Ordinal) ? Unstorable().Replace(json, match => match.Groups[1].Value + Replacement) : json;

    /// <summary>Text as <c>text</c> takes it.</summary>
    public static string Text(string text) => text.Replace('\0', '\ufffd');

    // An escape counts only after an even number of backslashes.
    [GeneratedRegex(
        """(?<!\\)((?:\\\\)*)(?:\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}"""
            + """(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Unstorable();
}
