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

/// <summary>Reads what endpoints answer without minding what else is in it: nothing but what is asked for has to have a form.</summary>
internal static class AnswerJson
{
    /// <summary>A member; undefined where there is none, or no object that could have one.</summary>
    public static JsonElement Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The items of an array; none where there is no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];

    /// <summary>A text that is not empty; null where there is none.</summary>
    public static string? Words(this JsonElement json) =>
        json.ValueKind == JsonValueKind.String && json.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A number as it is written; null where there is none.</summary>
    public static string? Digits(this JsonElement json) => json.ValueKind == JsonValueKind.Number ? json.GetRawText() : null;
}
