using System.Diagnostics;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Record;

/// <summary>An execution to be accepted.</summary>
internal sealed record NewExecution
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The template to run.</summary>
    public required string TemplateId { get; init; }

    /// <summary>The version of the template to run.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The user.</summary>
    public required string UserId { get; init; }

    /// <summary>Params and limits, as JSON.</summary>
    public required string ConfigJson { get; init; }

    /// <summary>The caller's key for this start; null for none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who asks for it.</summary>
    public string CreatedBy { get; init; } = "user";

    /// <summary>The execution that starts it; null for none.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>The node that starts it.</summary>
    public string? ParentNodeId { get; init; }

    /// <summary>How many executions stand above it.</summary>
    public int Depth { get; init; }

    /// <summary>What starts it, in traces.</summary>
    public string? Traceparent { get; init; } = Activity.Current?.Id;

    /// <summary>The nodes that it begins with; null for none.</summary>
    public GivenJobs? Given { get; init; }

    /// <summary>
    /// What it runs, if that has not been saved as a template: it becomes one of the archive. Null if there is a template.
    /// </summary>
    public UnsavedTemplate? Unsaved { get; init; }
}

/// <summary>A drawing that is tried before it has been saved.</summary>
/// <param name="Name">What people read.</param>
/// <param name="NodesJson">React Flow's nodes.</param>
/// <param name="EdgesJson">React Flow's edges.</param>
/// <param name="DefaultParamsJson">Its default params; null for none.</param>
internal sealed record UnsavedTemplate(string Name, string NodesJson, string EdgesJson, string? DefaultParamsJson);

/// <summary>The nodes that an execution begins with, and where they come from.</summary>
internal sealed record GivenJobs
{
    /// <summary>The execution that recorded them; null if they come with the start alone.</summary>
    public string? OriginExecutionId { get; init; }

    /// <summary>The checkpoint of it that has their outputs; null if its jobs have.</summary>
    public string? OriginCheckpointId { get; init; }

    /// <summary>The nodes.</summary>
    public required IReadOnlyList<GivenJob> Jobs { get; init; }

    /// <summary>For how many items at once a loop runs that does not say so.</summary>
    public required int DefaultParallel { get; init; }

    /// <summary>What people read in the event that tells of it.</summary>
    public required string Message { get; init; }

    /// <summary>The data of that event, as JSON.</summary>
    public required string EventData { get; init; }
}

/// <summary>A node that an execution begins with.</summary>
/// <param name="NodeId">The node, as the record names it.</param>
/// <param name="JobType">Its type.</param>
/// <param name="Status">How it stands: settled, or <c>waiting</c> for a loop whose body goes on.</param>
internal sealed record GivenJob(string NodeId, string JobType, string Status)
{
    /// <summary>The branch that it took.</summary>
    public string? Branch { get; init; }

    /// <summary>Its output, as JSON; null for the one that its origin has recorded.</summary>
    public string? Output { get; init; }

    /// <summary>Whether it is only taken for granted that it took its branch, so that a node after it runs.</summary>
    public bool IsLed { get; init; }

    /// <summary>Whether an edge that leaves it is live.</summary>
    public bool MakesLive(string? branch) =>
        Status != JobStatus.Waiting && new Settlement(0, Branch, Status == JobStatus.Skipped).MakesLive(branch);
}

/// <summary>The statement that accepts executions.</summary>
internal static class ExecutionInsert
{
    /// <summary>Accepts executions.</summary>
    /// <returns>The row of each, in their order; null for one that there is already, by its id or by its idempotency key.</returns>
    /// <exception cref="PostgresException">Foreign key violation: a template, workspace, project or user does not exist.</exception>
    public static async Task<IReadOnlyList<ExecutionRow?>> RunAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, IReadOnlyList<NewExecution> executions,
        CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<ExecutionRow>("executions.start", new
        {
            ids = Column(executions, execution => execution.Id),
            template_ids = Column(executions, execution => execution.TemplateId),
            template_versions = Column(executions, execution => execution.TemplateVersion),
            project_ids = Column(executions, execution => execution.ProjectId),
            workspace_ids = Column(executions, execution => execution.WorkspaceId),
            user_ids = Column(executions, execution => execution.UserId),
            configs = Column(executions, execution => execution.ConfigJson),
            idempotency_keys = Column(executions, execution => execution.IdempotencyKey),
            created_bys = Column(executions, execution => execution.CreatedBy),
            parent_execution_ids = Column(executions, execution => execution.ParentExecutionId),
            parent_node_ids = Column(executions, execution => execution.ParentNodeId),
            depths = Column(executions, execution => execution.Depth),
            traceparents = Column(executions, execution => execution.Traceparent),
            origin_execution_ids = Column(executions, execution => execution.Given?.OriginExecutionId),
            origin_checkpoint_ids = Column(executions, execution => execution.Given?.OriginCheckpointId),
            given_nodes = Column(executions, execution => execution.Given?.Jobs.Count ?? 0),
        }, cancellationToken, transaction);
        var accepted = rows.ToDictionary(row => row.Id, StringComparer.Ordinal);
        return [.. executions.Select(execution => accepted.GetValueOrDefault(execution.Id))];
    }

    private static T[] Column<T>(IReadOnlyList<NewExecution> executions, Func<NewExecution, T> select) => [.. executions.Select(select)];
}
