using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Says a request in the words of <c>/chat/completions</c>.</summary>
internal static class ChatCall
{
    private const string JsonInstruction = "Answer with one JSON value and nothing else.";

    public static List<ChatMessage> Messages(CopyRequest request)
    {
        var messages = new List<ChatMessage>(2);
        if (SystemOf(request) is { Length: > 0 } system)
            messages.Add(new ChatMessage(ChatRole.System, system));
        messages.Add(new ChatMessage(ChatRole.User, request.Prompt));
        return messages;
    }

    public static ChatOptions Options(ConfiguredModel model, CopyRequest request) => new()
    {
        Temperature = (float?)request.Temperature,
        RawRepresentationFactory = _ => OpenAiOptions(model, request),
    };

    private static ChatCompletionOptions OpenAiOptions(ConfiguredModel model, CopyRequest request)
    {
        var options = new ChatCompletionOptions { ResponseFormat = FormatOf(request) };
        if (request.MaxTokens is not { } maxTokens)
            return options;
        if (model.Endpoint.MaxTokensField == "max_tokens")
        {
#pragma warning disable SCME0001 // JsonPatch is marked experimental; it is the only way to send the older field.
            options.Patch.Set("$.max_tokens"u8, maxTokens);
#pragma warning restore SCME0001
        }
        else
        {
            options.MaxOutputTokenCount = maxTokens;
        }

        return options;
    }

    // The abstraction's own schema format rewrites the schema (every property required, no others allowed); authors get the one they wrote.
    private static OpenAI.Chat.ChatResponseFormat? FormatOf(CopyRequest request) => request switch
    {
        { JsonSchema: { } schema } => OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(
            NameOf(schema), BinaryData.FromString(schema.GetRawText()), jsonSchemaIsStrict: StrictSchema.Fits(schema) ? true : null),
        { Json: true } => OpenAI.Chat.ChatResponseFormat.CreateJsonObjectFormat(),
        _ => null,
    };

    // OpenAI refuses JSON mode unless a message speaks of JSON.
    private static string? SystemOf(CopyRequest request)
    {
        if (!request.Json || request.JsonSchema is not null || SpeaksOfJson(request.System) || SpeaksOfJson(request.Prompt))
            return request.System;
        return string.IsNullOrEmpty(request.System) ? JsonInstruction : $"{request.System}\n\n{JsonInstruction}";
    }

    private static bool SpeaksOfJson(string? text) => text?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;

    // OpenAI allows letters, digits, underscores and hyphens, 64 at most.
    private static string NameOf(JsonElement schema)
    {
        const string fallback = "answer";
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("title", out var title))
            return fallback;
        if (title.ValueKind != JsonValueKind.String)
            return fallback;
        var name = string.Concat(title.GetString()!.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        return name.Length == 0 ? fallback : name;
    }
}
