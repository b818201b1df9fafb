using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Finds the one JSON value in an answer. Many models wrap theirs in a Markdown fence even when told not to.</summary>
internal static class JsonText
{
    private const string Fence = "```";

    /// <returns>The value's text, or null where the answer is not JSON.</returns>
    public static string? Find(string answer)
    {
        var text = answer.Trim();
        return IsJson(text) ? text : Unfenced(text) is { } inner && IsJson(inner) ? inner : null;
    }

    private static string? Unfenced(string text)
    {
        var firstLineEnd = text.IndexOf('\n', StringComparison.Ordinal);
        return firstLineEnd > 0 && text.StartsWith(Fence, StringComparison.Ordinal) && text.EndsWith(Fence, StringComparison.Ordinal)
            ? text[firstLineEnd..^Fence.Length].Trim()
            : null;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
