using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Tests.Models;

/// <summary>One answer of <see cref="OpenAiWireServer"/>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body's bytes.</param>
/// <param name="MediaType">What the body is.</param>
public sealed record WireAnswer(int Status, ReadOnlyMemory<byte> Body, string MediaType = "application/json")
{
    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the connection stays open without an answer until the caller or the server ends.</summary>
    public bool Hangs { get; init; }

    /// <summary>Whether the connection breaks without an answer.</summary>
    public bool Breaks { get; init; }

    /// <summary>A chat completion.</summary>
    public static WireAnswer Copy(
        string? text, int inputTokens = 10, int outputTokens = 20, string finishReason = "stop", string? refusal = null) =>
        Json(Completion(text, finishReason, refusal, new JsonObject
        {
            ["prompt_tokens"] = inputTokens,
            ["completion_tokens"] = outputTokens,
            ["total_tokens"] = inputTokens + outputTokens,
        }));

    /// <summary>A chat completion that does not say how many tokens it took.</summary>
    public static WireAnswer CopyWithoutUsage(string text) => Json(Completion(text, "stop", null, null));

    /// <summary>Images inside the answer.</summary>
    public static WireAnswer Images(params byte[][] files) =>
        ImageList(files.Select(file => new JsonObject { ["b64_json"] = Convert.ToBase64String(file) }));

    /// <summary>Images as addresses.</summary>
    public static WireAnswer ImageAddresses(params Uri[] addresses) =>
        ImageList(addresses.Select(address => new JsonObject { ["url"] = address.ToString() }));

    /// <summary>An error in OpenAI's format.</summary>
    public static WireAnswer Error(int status, string message, string? code = null, string? retryAfter = null)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = "error", ["code"] = code };
        var answer = Json(new JsonObject { ["error"] = error }, status);
        return retryAfter is null
            ? answer
            : answer with { Headers = new Dictionary<string, string> { ["Retry-After"] = retryAfter } };
    }

    /// <summary>A body that ends in the middle of its JSON.</summary>
    public static WireAnswer Malformed() => new(200, """{"id":"broken","choices":[{"""u8.ToArray());

    /// <summary>No answer at all, on an open connection.</summary>
    public static WireAnswer Hang() => new(200, default) { Hangs = true };

    /// <summary>No answer at all, on a connection that breaks.</summary>
    public static WireAnswer Break() => new(200, default) { Breaks = true };

    /// <summary>Any JSON.</summary>
    public static WireAnswer Json(JsonNode body, int status = 200) => new(status, JsonSerializer.SerializeToUtf8Bytes(body));

    private static JsonObject Completion(string? text, string finishReason, string? refusal, JsonObject? usage)
    {
        var body = new JsonObject
        {
            ["id"] = "chatcmpl-1",
            ["object"] = "chat.completion",
            ["created"] = 1_750_000_000,
            ["model"] = "wire-model",
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text, ["refusal"] = refusal },
                ["finish_reason"] = finishReason,
            }),
        };
        if (usage is not null)
            body["usage"] = usage;
        return body;
    }

    private static WireAnswer ImageList(IEnumerable<JsonNode> images) =>
        Json(new JsonObject { ["created"] = 1_750_000_000, ["data"] = new JsonArray([.. images]) });
}
