using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>The error body of OpenAI's format: <c>{"error": {"message", "code", …}}</c>.</summary>
/// <param name="Message">What went wrong, in the endpoint's words, or null where the body does not say.</param>
/// <param name="Code">The error's code, for example <c>rate_limit_exceeded</c>.</param>
internal readonly record struct OpenAiError(string? Message, string? Code)
{
    /// <summary>An account without credit answers 429 too, and waiting does not help.</summary>
    public bool IsOutOfCredit => Code is "insufficient_quota";

    public static OpenAiError Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("error", out var error))
                return default;
            return error.ValueKind == JsonValueKind.String
                ? new OpenAiError(error.GetString(), null)
                : new OpenAiError(Text(error, "message"), Text(error, "code"));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
