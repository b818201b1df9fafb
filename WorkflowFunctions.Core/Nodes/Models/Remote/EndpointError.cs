using System.Globalization;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>
/// What an endpoint says went wrong: OpenAI's <c>{"error": {"message", "code"}}</c>, <c>{"message"}</c>, FastAPI's <c>{"detail": […]}</c>,
/// problem details, or text.
/// </summary>
/// <param name="Message">What went wrong, in the endpoint's words; null where it does not say.</param>
/// <param name="Code">The error's code or type, for example <c>rate_limit_exceeded</c> or <c>429</c>.</param>
internal readonly record struct EndpointError(string? Message, string? Code)
{
    private static readonly string[] s_messageMembers =
        ["error", "message", "detail", "msg", "errors", "error_description", "title", "reason"];

    /// <summary>An account without credit answers 429 too, and waiting does not help.</summary>
    public bool IsForGood => Code is "insufficient_quota" or "invalid_request_error";

    /// <summary>The code, where it is an HTTP status.</summary>
    public int? Status =>
        int.TryParse(Code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and < 600 ? status : null;

    /// <summary>Reads the body of a refusal.</summary>
    public static EndpointError Read(JsonElement body, string text) =>
        Of(body) ?? new EndpointError(string.IsNullOrWhiteSpace(text) ? null : text.Trim(), null);

    /// <summary>Finds an error in an answer that says it is a success.</summary>
    public static EndpointError? Find(JsonElement answer) =>
        Of(answer.Member("choices").Items().FirstOrDefault().Member("error"))
        ?? (answer.Member("choices").Items().Any() || answer.Member("data").Items().Any() ? null : Of(answer));

    private static EndpointError? Of(JsonElement json)
    {
        if (MessageOf(json) is not { } message)
            return null;
        var error = json.ValueKind == JsonValueKind.Array ? json.Items().First() : json;
        if (error.Member("error") is { ValueKind: JsonValueKind.Object } inner)
            error = inner;
        return new EndpointError(
            message, error.Member("code").NonEmptyText() ?? error.Member("code").NumberText() ?? error.Member("type").NonEmptyText());
    }

    private static string? MessageOf(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.String => json.NonEmptyText(),
            JsonValueKind.Array => string.Join("; ", json.Items().Select(MessageOf).OfType<string>()) is { Length: > 0 } all ? all : null,
            JsonValueKind.Object
                when s_messageMembers.Select(name => MessageOf(json.Member(name))).OfType<string>().FirstOrDefault() is { } words =>
                // Where FastAPI found what is wrong.
                string.Join('.', json.Member("loc").Items()) is { Length: > 0 } place ? $"{place}: {words}" : words,
            _ => null,
        };
}
