using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Says a request in the words of <c>/chat/completions</c>.</summary>
internal static class ChatCall
{
    private const string JsonInstruction = "Answer with one JSON value and nothing else.";

    public static JsonObject Of(ConfiguredModel model, CopyRequest request)
    {
        var call = new JsonObject { ["model"] = model.ProviderName, ["messages"] = new JsonArray() };
        if (SystemOf(request) is { Length: > 0 } system)
            Say(call, "system", system);
        Say(call, "user", request.Prompt);
        if (request.Temperature is { } temperature)
            call["temperature"] = temperature;
        if (request.MaxTokens is { } maxTokens)
            call[model.Endpoint.MaxTokensField] = maxTokens;
        if (FormatOf(request) is { } format)
            call["response_format"] = format;
        return call;
    }

    /// <summary>Shows the model its answer, and says what is wrong with it.</summary>
    public static void Correct(JsonObject call, string answer, string problem)
    {
        Say(call, "assistant", answer);
        Say(call, "user", $"That cannot be used: {problem} {JsonInstruction}");
    }

    private static void Say(JsonObject call, string role, string content) =>
        call["messages"]!.AsArray().Add((JsonNode)new JsonObject { ["role"] = role, ["content"] = content });

    // Authors get the schema that they wrote.
    private static JsonObject? FormatOf(CopyRequest request)
    {
        if (request.JsonSchema is not { } schema)
            return request.Json ? new JsonObject { ["type"] = "json_object" } : null;
        var named = new JsonObject { ["name"] = NameOf(schema), ["schema"] = JsonSerializer.SerializeToNode(schema) };
        if (StrictSchema.Fits(schema))
            named["strict"] = true;
        return new JsonObject { ["type"] = "json_schema", ["json_schema"] = named };
    }

    // OpenAI refuses JSON mode unless a message speaks of JSON.
    private static string? SystemOf(CopyRequest request)
    {
        if (!request.Json || request.JsonSchema is not null || SpeaksOfJson(request.System) || SpeaksOfJson(request.Prompt))
            return request.System;
        return string.IsNullOrEmpty(request.System) ? JsonInstruction : $"{request.System}\n\n{JsonInstruction}";
    }

    private static bool SpeaksOfJson(string? text) => text?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;

    // OpenAI allows letters, digits, underscores and hyphens, 64 at most.
    private static string NameOf(JsonElement schema) =>
        schema.Member("title").NonEmptyText() is { } title
            ? string.Concat(title.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'))
            : "answer";
}
