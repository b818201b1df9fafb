using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Templates;

/// <summary>A template in a list: its row without the graph.</summary>
public sealed record TemplateSummary
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The workspace it belongs to; null for one that all may use.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Where a gallery shows it.</summary>
    public string? Category { get; init; }

    /// <summary>Whether it came with the system.</summary>
    public bool IsSystem { get; init; }

    /// <summary>How many executions have begun.</summary>
    public int UsageCount { get; init; }

    /// <summary>The user who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    internal static TemplateSummary Of(TemplateRow row) => new()
    {
        Id = row.Id,
        WorkspaceId = row.WorkspaceId,
        Name = row.Name,
        Description = row.Description,
        Category = row.Category,
        IsSystem = row.IsSystem,
        UsageCount = row.UsageCount,
        CreatedBy = row.CreatedBy,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };
}
