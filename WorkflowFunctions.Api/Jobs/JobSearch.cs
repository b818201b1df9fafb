using System.Text.Json;
using Dapper;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Jobs;

/// <summary>Finds jobs by what their input holds (schema document, "JSONB for Flexible Node Data").</summary>
internal sealed class JobSearch(RecordConnections database)
{
    /// <summary>Lists jobs, those of the newest executions first.</summary>
    public async Task<IReadOnlyList<FoundJob>> ListAsync(JobFilter filter, CancellationToken cancellationToken)
    {
        // Where a page ended is told by the execution and the job.
        var after = filter.After?.Id.Split('\n', 2);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<FoundJob>("jobs.search", new
            {
                workspace_id = filter.WorkspaceId,
                workspaces = filter.Workspaces?.ToArray(),
                execution_id = filter.ExecutionId,
                holds = filter.Holds.Count == 0 ? null : JsonSerializer.Serialize(filter.Holds),
                has = filter.Has,
                field = filter.Field?.ToArray(),
                above = filter.Above,
                below = filter.Below,
                limit = filter.Limit,
                after_time = filter.After?.CreatedAt?.UtcDateTime,
                after_execution_id = after?[0],
                after_job_id = after?[^1],
            }, cancellationToken)];
    }
}

/// <summary>Which jobs to list.</summary>
internal sealed record JobFilter
{
    /// <summary>Only those of this workspace.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>The workspaces that the reader is confined to; null for none.</summary>
    public IReadOnlyList<string>? Workspaces { get; init; }

    /// <summary>Only those of this execution.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>Only those whose input has these texts at its top.</summary>
    public IReadOnlyDictionary<string, string> Holds { get; init; } = new Dictionary<string, string>();

    /// <summary>Only those whose input has this key at its top.</summary>
    public string? Has { get; init; }

    /// <summary>The way to a number in the input, key by key: what <see cref="Above"/> and <see cref="Below"/> are held against.</summary>
    public IReadOnlyList<string>? Field { get; init; }

    /// <summary>Only those in which that number is greater.</summary>
    public double? Above { get; init; }

    /// <summary>Only those in which that number is smaller.</summary>
    public double? Below { get; init; }

    /// <summary>How many at the most.</summary>
    public required int Limit { get; init; }

    /// <summary>Where the page before ended: <see cref="FoundJob.Place"/> of its last one.</summary>
    public PageCursor? After { get; init; }
}

/// <summary>A job of any execution.</summary>
internal sealed record FoundJob
{
    /// <summary>The id.</summary>
    public required string JobId { get; init; }

    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The workspace of the execution.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>When the execution was accepted.</summary>
    public DateTimeOffset? ExecutionCreatedAt { get; init; }

    /// <summary>The node.</summary>
    public string? NodeId { get; init; }

    /// <summary>The node type.</summary>
    public string? JobType { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Attempts so far.</summary>
    public int? Attempt { get; init; }

    /// <summary>Input plus output tokens.</summary>
    public int? TokensUsed { get; init; }

    /// <summary>Cost in US dollars.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When the first attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was settled.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>What the handler got; null if it has more than 64 KB.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Its place in the list.</summary>
    internal (DateTimeOffset? Time, string Id) Place => (ExecutionCreatedAt, $"{ExecutionId}\n{JobId}");
}
