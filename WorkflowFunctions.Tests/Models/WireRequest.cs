using System.Text.Json;

namespace WorkflowFunctions.Tests.Models;

/// <summary>One request that <see cref="OpenAiWireServer"/> received.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, for example <c>/v1/chat/completions</c>.</param>
/// <param name="Headers">The headers by name, case-insensitive.</param>
/// <param name="Body">The JSON body; undefined where there was none.</param>
public sealed record WireRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    /// <summary>The content of the last user message of a chat request, or the prompt of an image request.</summary>
    public string Prompt => Body.TryGetProperty("prompt", out var prompt)
        ? prompt.GetString()!
        : Body.GetProperty("messages").EnumerateArray().Last(message => message.GetProperty("role").GetString() == "user")
            .GetProperty("content").GetString()!;

    /// <summary>The model that is asked.</summary>
    public string Model => Body.GetProperty("model").GetString()!;

    /// <summary>Whether a chat request asks for JSON.</summary>
    public bool WantsJson => Body.TryGetProperty("response_format", out _);
}
