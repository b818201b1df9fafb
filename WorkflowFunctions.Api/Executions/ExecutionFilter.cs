using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Which executions to list.</summary>
/// <param name="WorkspaceId">Only those of this workspace.</param>
/// <param name="Status">Only those of this status.</param>
/// <param name="TemplateId">Only those of this template.</param>
/// <param name="Limit">How many at the most.</param>
/// <param name="After">The last one of the page before.</param>
public sealed record ExecutionFilter(string? WorkspaceId, string? Status, string? TemplateId, int Limit, PageCursor? After)
{
    /// <summary>The workspaces that the reader is confined to; null for none.</summary>
    public IReadOnlyList<string>? Workspaces { get; init; }

    /// <summary>
    /// Only those with this text at the beginning of their id, or somewhere in the name of their template, in the id of their workspace, or
    /// in their error, in small letters or capitals; null for all.
    /// </summary>
    public string? Search { get; init; }
}
