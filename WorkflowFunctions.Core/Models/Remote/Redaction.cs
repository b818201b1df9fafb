namespace WorkflowFunctions.Models.Remote;

/// <summary>Quotes text that an endpoint wrote, without the API key: some endpoints repeat the request's headers in their errors.</summary>
internal static class Redaction
{
    public static string Quote(string text, string? apiKey, int longest)
    {
        // The key goes first: a cut through its middle would hide it from the search.
        var safe = string.IsNullOrEmpty(apiKey) ? text : text.Replace(apiKey, "***", StringComparison.OrdinalIgnoreCase);
        return TextCut.To(safe, longest);
    }
}
