namespace WorkflowFunctions.Workflows;

/// <summary>Shortens text without leaving half a character at its end.</summary>
internal static class TextCut
{
    /// <summary>
    /// The beginning of a text, with a sign that there is more. Secrets in it have to be masked before: a cut through one hides it.
    /// </summary>
    public static string Excerpt(string text, int longest) => text.Length <= longest ? text : To(text, longest) + "…";

    public static string To(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        return longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? text[..(longest - 1)] : text[..longest];
    }
}
