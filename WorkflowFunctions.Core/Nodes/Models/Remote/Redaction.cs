using System.Diagnostics.CodeAnalysis;
using WorkflowFunctions.Nodes.Secrets;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Quotes text that an endpoint wrote, without the API key: some endpoints repeat the request's headers in their errors.</summary>
internal static class Redaction
{
    private const string Mask = "***";

    /// <summary>All of the text; who cuts it may know of other secrets in it, which have to go before.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? WithoutKey(string? text, string? apiKey) => string.IsNullOrEmpty(apiKey) || text is null
        ? text
        : SecretForms.Of(apiKey).Replace(text.Replace(apiKey, Mask, StringComparison.OrdinalIgnoreCase), Mask);
}
