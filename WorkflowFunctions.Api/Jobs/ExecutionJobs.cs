using System.Text.Json;
using Dapper;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Jobs;

/// <summary>Reads the jobs of one execution in parts, so that an execution of many jobs need not be read as a whole.</summary>
internal sealed class ExecutionJobs(RecordConnections database)
{
    /// <summary>What became of each node, in the order in which they began.</summary>
    public Task<IReadOnlyList<NodeSummary>> ListNodesAsync(string executionId, CancellationToken cancellationToken) =>
        database.QueryAsync<NodeSummary>("execution_jobs.nodes", new { execution_id = executionId }, cancellationToken);

    /// <summary>Lists jobs without their inputs and outputs, in the order of the items.</summary>
    public async Task<IReadOnlyList<ListedJob>> ListAsync(ExecutionJobFilter filter, CancellationToken cancellationToken)
    {
        // Where a page ended is told by the node and the job.
        var after = filter.After?.Id.Split('\n', 2);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<ListedJob>("execution_jobs.list", new
            {
                execution_id = filter.ExecutionId,
                node_id = filter.NodeId,
                status = filter.Status,
                after_node_id = after?[0],
                after_job_id = after?[^1],
                limit = filter.Limit,
            }, cancellationToken)];
    }

    /// <summary>The job of a node; null if it has none.</summary>
    public Task<JobRow?> FindAsync(string executionId, string nodeId, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<JobRow>(
            "execution_jobs.find", new { execution_id = executionId, node_id = nodeId }, cancellationToken);
}

/// <summary>Which jobs of an execution to list.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="NodeId">Only those of this node, for whatever item; null for all.</param>
/// <param name="Status">Only those of this status; null for all.</param>
/// <param name="Limit">How many at the most.</param>
/// <param name="After">The last one of the page before.</param>
internal sealed record ExecutionJobFilter(string ExecutionId, string? NodeId, string? Status, int Limit, PageCursor? After);

/// <summary>What became of a node. In the body of a loop it has a job for each item, which are added up.</summary>
internal sealed record NodeSummary
{
    /// <summary>The node, without an item.</summary>
    public required string NodeId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>How many jobs it has of each status: <c>{ "completed": 4087, "running": 8 }</c>.</summary>
    public JsonElement Jobs { get; init; }

    /// <summary>How many items a loop runs its body for; null for any other node.</summary>
    public long? Items { get; init; }

    /// <summary>The most attempts that a job has had.</summary>
    public int? Attempt { get; init; }

    /// <summary>Input plus output tokens.</summary>
    public long? TokensUsed { get; init; }

    /// <summary>Cost in US dollars.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>The branch taken, if it has one job.</summary>
    public string? Branch { get; init; }

    /// <summary>Whether every job has given something: one that failed has not, unless the workflow goes on past it.</summary>
    public bool HasOutput { get; init; }

    /// <summary>Why it failed, if it has one job.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When the first job began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the last job was settled; null as long as one is not.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Until when the first one waits, or when its next attempt begins.</summary>
    public DateTimeOffset? WakeAt { get; init; }
}

/// <summary>A job of an execution, without what it got and gave.</summary>
internal sealed record ListedJob
{
    /// <summary>The id.</summary>
    public required string JobId { get; init; }

    /// <summary>The node, with the item.</summary>
    public required string NodeId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Attempts so far.</summary>
    public int? Attempt { get; init; }

    /// <summary>The branch taken.</summary>
    public string? Branch { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Input plus output tokens.</summary>
    public int? TokensUsed { get; init; }

    /// <summary>Cost in US dollars.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>When the first attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was settled.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Until when it waits, or when its next attempt begins.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>What it waits for besides a time.</summary>
    public WaitsFor? WaitsFor { get; init; }

    /// <summary>Its place in the list.</summary>
    internal (DateTimeOffset? Time, string Id) Place => (null, $"{NodeId}\n{JobId}");
}
