using Dapper;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Targets;

/// <summary>Looks up what a schedule or a hook is to start.</summary>
internal sealed class TargetStore(RecordConnections database)
{
    /// <summary>Finds out which of the ids exist.</summary>
    /// <param name="given">The ids that were given.</param>
    /// <param name="defaults">The ids that stand for those that were not; for the workspace, the template's own comes first.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<Target> FindAsync(TargetIds given, TargetIds defaults, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<Target>("targets.find", new
        {
            template_id = given.TemplateId,
            workspace_id = given.WorkspaceId,
            project_id = given.ProjectId,
            user_id = given.UserId,
            default_workspace_id = defaults.WorkspaceId,
            default_project_id = defaults.ProjectId,
            default_user_id = defaults.UserId,
        }, cancellationToken);
}

/// <summary>The template to start, and for whom.</summary>
/// <param name="TemplateId">The template.</param>
/// <param name="WorkspaceId">The workspace.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The user.</param>
internal sealed record TargetIds(string? TemplateId, string? WorkspaceId, string? ProjectId, string? UserId);

/// <summary>What is to be started: the ids that hold, and which of them exist.</summary>
internal sealed record Target
{
    /// <summary>The workspace: the one that was given, the template's, or the default.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The user.</summary>
    public required string UserId { get; init; }

    /// <summary>Whether the template exists.</summary>
    public bool HasTemplate { get; init; }

    /// <summary>Whether the workspace exists.</summary>
    public bool HasWorkspace { get; init; }

    /// <summary>Whether the project exists.</summary>
    public bool HasProject { get; init; }

    /// <summary>Whether the user exists.</summary>
    public bool HasUser { get; init; }
}
