namespace WorkflowFunctions.Workflows.Liquid;


/// <summary>A string that is not a valid Liquid template, or that cannot be rendered. The message says what is wrong.</summary>
internal sealed class LiquidSyntaxException(string message, Exception? inner = null) : Exception(message, inner)
{
    private const int MaxQuoted = 60;

    /// <summary>Something in the author's text that is wrong, and where it stands.</summary>
    internal static LiquidSyntaxException At(string text, int offset, string sentence)
    {
        var before = text.AsSpan(0, offset);
        return new LiquidSyntaxException($"Line {before.Count('\n') + 1}, column {offset - before.LastIndexOf('\n')}: {sentence}");
    }

    /// <summary>Something that cannot be read from a place on; <paramref name="rule"/> says how it is written.</summary>
    internal static LiquidSyntaxException Unreadable(string text, int offset, string what, string rule)
    {
        while (offset < text.Length && char.IsWhiteSpace(text[offset]))
            offset++;
        var end = text.AsSpan(offset).IndexOfAny('}', '\n');
        var rest = text[offset..(end < 0 ? text.Length : offset + end)].TrimEnd(' ', '\r', '%', '-');
        var where = rest.Length == 0 ? "at its end" : $"from '{rest[..Math.Min(rest.Length, MaxQuoted)]}'";
        return At(text, offset, $"The {what} cannot be read {where}. {rule}");
    }
}
