using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace WorkflowFunctions.Api.Hooks;

/// <summary>A hook that has just been made, with what is shown this one time.</summary>
public sealed record CreatedHook : HookRow
{
    [SetsRequiredMembers]
    internal CreatedHook(HookRow row, string token, string url)
        : base(row) => (Token, Url) = (token, url);

    /// <summary>The secret in its address. It is not kept, and cannot be shown again.</summary>
    [JsonPropertyOrder(1)]
    public string Token { get; init; }

    /// <summary>The address that starts the template.</summary>
    [JsonPropertyOrder(2)]
    public string Url { get; init; }
}
