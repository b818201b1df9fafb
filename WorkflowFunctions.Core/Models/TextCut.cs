namespace WorkflowFunctions.Models;

/// <summary>Shortens text without leaving half a character at its end.</summary>
internal static class TextCut
{
    public static string To(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        return longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? text[..(longest - 1)] : text[..longest];
    }
}
