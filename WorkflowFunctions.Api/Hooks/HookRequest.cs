using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowFunctions.Api.Hooks;

/// <summary>A hook as it is saved.</summary>
internal sealed record HookRequest
{
    [Description("The template to start"), MinLength(1)]
    public required string TemplateId { get; init; }

    [Description("What people read")]
    public string? Name { get; init; }

    [Description("The settings of its executions: max_parallel_nodes and the like")]
    public IReadOnlyDictionary<string, JsonElement>? Config { get; init; }

    [Description("Whether its address works")]
    public bool IsEnabled { get; init; } = true;

    [Description("The workspace; the template's, or `default`, unless given")]
    public string? WorkspaceId { get; init; }

    [Description("The project; `default` unless given")]
    public string? ProjectId { get; init; }

    [Description("The user; `default` unless given")]
    public string? UserId { get; init; }
}

/// <summary>A hook that has just been made, with what is shown this one time.</summary>
internal sealed record CreatedHook : HookRow
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
