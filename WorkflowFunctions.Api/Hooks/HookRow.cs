using System.Text.Json;

namespace WorkflowFunctions.Api.Hooks;

/// <summary>A row of <c>workflow_hooks</c>, without the hash of its token: an address that starts a template.</summary>
public record HookRow
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The template that it starts.</summary>
    public required string TemplateId { get; init; }

    /// <summary>The workspace of its executions.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The project of its executions.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The user of its executions.</summary>
    public required string UserId { get; init; }

    /// <summary>What people read.</summary>
    public string? Name { get; init; }

    /// <summary>The settings of its executions.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>Whether its address works.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>When it was last called, to the second.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
