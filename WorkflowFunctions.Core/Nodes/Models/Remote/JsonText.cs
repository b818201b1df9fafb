using System.Text;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Finds the JSON value in an answer. Models write prose and Markdown fences around it even when told not to.</summary>
internal static class JsonText
{
    private const string Fence = "```";

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = StorableJson.MaxDepth };

    /// <returns>The value's text, or null where the answer has none, or a part of one.</returns>
    public static string? Find(string answer)
    {
        var text = answer.Trim();
        return IsJson(text) ? text : Unfenced(text) is { } inner && IsJson(inner) ? inner : Longest(text);
    }

    private static string? Unfenced(string text)
    {
        var firstLineEnd = text.IndexOf('\n', StringComparison.Ordinal);
        return firstLineEnd > 0 && text.StartsWith(Fence, StringComparison.Ordinal) && text.EndsWith(Fence, StringComparison.Ordinal)
            ? text[firstLineEnd..^Fence.Length].Trim()
            : null;
    }

    /// <summary>The longest object or array between other text: "see [1]" may stand beside what was asked for.</summary>
    private static string? Longest(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        ReadOnlySpan<byte> longest = default;
        while (rest.IndexOfAny((byte)'{', (byte)'[') is >= 0 and var start)
        {
            rest = rest[start..];
            var reader = new Utf8JsonReader(rest, isFinalBlock: false, new JsonReaderState(s_options));
            var end = 1;
            try
            {
                // What is part of a value that is not whole is not what was asked for.
                if (!reader.Read() || !reader.TrySkip())
                    return rest.Length > longest.Length ? null : Encoding.UTF8.GetString(longest);
                end = (int)reader.BytesConsumed;
                if (end > longest.Length)
                    longest = rest[..end];
            }
            catch (JsonException)
            {
                end = Math.Max(end, (int)reader.BytesConsumed);
            }

            rest = rest[end..];
        }

        return longest.IsEmpty ? null : Encoding.UTF8.GetString(longest);
    }

    private static bool IsJson(string text)
    {
        try
        {
            StorableJson.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
