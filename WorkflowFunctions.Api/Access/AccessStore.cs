using Dapper;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Access;

/// <summary>Tells what lies in the workspaces that a caller is confined to.</summary>
internal sealed class AccessStore(RecordConnections database)
{
    /// <summary>Whether something lies in one of the workspaces.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="workspaces">The workspaces.</param>
    /// <param name="reads">Whether it is to be read only: what belongs to no workspace is for all to read.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<bool> ContainsAsync(
        AccessKind kind, string id, IReadOnlyList<string> workspaces, bool reads, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<bool>(StatementOf(kind), new { id, workspaces = workspaces.ToArray(), reads }, cancellationToken);

    /// <summary>Which of the ids that a request names lie in the workspaces; one that is null counts as being there.</summary>
    public Task<NamedIds> FindNamedAsync(
        string? workspaceId,
        string? templateId,
        string? projectId,
        string? executionId,
        IReadOnlyList<string> workspaces,
        CancellationToken cancellationToken) =>
        database.QuerySingleAsync<NamedIds>(
            "access.named",
            new
            {
                workspace_id = workspaceId,
                template_id = templateId,
                project_id = projectId,
                execution_id = executionId,
                workspaces = workspaces.ToArray(),
            },
            cancellationToken);

    private static string StatementOf(AccessKind kind) => kind switch
    {
        AccessKind.Execution => "access.execution",
        AccessKind.Template => "access.template",
        AccessKind.Schedule => "access.schedule",
        AccessKind.Hook => "access.hook",
        AccessKind.Document => "access.document",
        AccessKind.Task => "access.task",
        AccessKind.HumanTask => "access.human_task",
        AccessKind.Subscription => "access.subscription",
        AccessKind.Delivery => "access.delivery",
        AccessKind.Batch => "access.batch",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>What belongs to a workspace and has an address.</summary>
internal enum AccessKind
{
    /// <summary>A row of <c>workflow_executions</c>, with all that belongs to it.</summary>
    Execution,

    /// <summary>A row of <c>workflow_templates</c>.</summary>
    Template,

    /// <summary>A row of <c>workflow_schedules</c>.</summary>
    Schedule,

    /// <summary>A row of <c>workflow_hooks</c>.</summary>
    Hook,

    /// <summary>A row of <c>documents</c>.</summary>
    Document,

    /// <summary>The job of a <c>task</c> node, a row of <c>agent_jobs</c>.</summary>
    Task,

    /// <summary>The job of an <c>approval</c>, a row of <c>agent_jobs</c>.</summary>
    HumanTask,

    /// <summary>A row of <c>workflow_subscriptions</c>.</summary>
    Subscription,

    /// <summary>A row of <c>workflow_deliveries</c>.</summary>
    Delivery,

    /// <summary>A row of <c>workflow_batches</c>, with its rows.</summary>
    Batch,
}

/// <summary>Which of the ids that a request names are there for its caller.</summary>
internal sealed record NamedIds
{
    /// <summary>Whether the workspace is.</summary>
    public bool HasWorkspace { get; init; }

    /// <summary>Whether the template is.</summary>
    public bool HasTemplate { get; init; }

    /// <summary>Whether the project is.</summary>
    public bool HasProject { get; init; }

    /// <summary>Whether the execution is.</summary>
    public bool HasExecution { get; init; }
}
