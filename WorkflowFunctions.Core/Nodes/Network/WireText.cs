using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>
/// Reads what came over HTTP as text, whatever is said of it and whatever is in it: a call has been made by then, and is not made again
/// because of its answer. Names of charsets mean what they mean to browsers (Encoding Standard): a byte order mark wins, unknown names are
/// UTF-8.
/// </summary>
internal static partial class WireText
{
    private const int DeclarationBytes = 1024;

    /// <summary>The media type and the charset of a body, as they are written: a header that is not quite right says enough.</summary>
    public static (string MediaType, string? Charset) TypeOf(HttpContent content)
    {
        var type = content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.First() : "";
        return (type.Split(';')[0].Trim(), Charset().Match(type) is { Success: true } match ? match.Groups[1].Value : null);
    }

    /// <summary>The text that bytes are.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="charset">Their charset, if it is given.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8.GetString(bytes[3..]),
        [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32.GetString(bytes[4..]),
        [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes[2..]),
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes[2..]),
        _ => (charset is null ? Encoding.UTF8 : EncodingOf(charset)).GetString(bytes),
    };

    /// <summary>The text of a document that says itself, at its beginning, how it is encoded: XML and HTML.</summary>
    public static string DecodeDocument(ReadOnlySpan<byte> bytes)
    {
        var declaration = Declaration().Match(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, DeclarationBytes)]));
        return Decode(bytes, declaration.Success ? declaration.Groups[1].Value : null);
    }

    /// <summary>Reads JSON, with what PostgreSQL cannot store replaced.</summary>
    public static bool TryParseJson(ReadOnlySpan<byte> bytes, string? charset, out JsonElement json)
    {
        // JSON begins with a character of ASCII, which shows its encoding.
        var seen = bytes switch
        {
            [0, not 0, ..] => "utf-16be",
            [not 0, 0, not 0, ..] => "utf-16",
            _ => charset,
        };
        return TryParseJson(Decode(bytes, seen), out json);
    }

    /// <inheritdoc cref="TryParseJson(ReadOnlySpan{byte}, string?, out JsonElement)"/>
    public static bool TryParseJson(string text, out JsonElement json)
    {
        try
        {
            json = StorableJson.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }

    /// <summary>Whether a body could not be read as it is not what its <c>Content-Encoding</c> says; each decoder has its own word for it.</summary>
    public static bool IsMisencoded(Exception exception) =>
        exception is InvalidDataException or InvalidOperationException { Source: "System.IO.Compression.Brotli" };

    private static Encoding EncodingOf(string name)
    {
        // Who says one of the former means the latter, which has more characters.
        if (name.ToUpperInvariant() is "ISO-8859-1" or "LATIN1" or "US-ASCII" or "ASCII")
            name = "windows-1252";
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8;
        }
    }

    [GeneratedRegex("""charset\s*=\s*["']?\s*([^\s"';,]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Charset();

    [GeneratedRegex(
        """<(?:\?xml|meta)\b[^>]*?(?:encoding|charset)\s*=\s*["']?([\w-]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
