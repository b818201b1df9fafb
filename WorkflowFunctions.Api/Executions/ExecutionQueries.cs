using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Queries 2 to 5 of the schema document, "Queries for Common Operations", with its columns.</summary>
internal sealed partial class ExecutionQueries(RecordConnections database)
{
    /// <summary>How far an execution is, and what it is at; null if there is no such execution.</summary>
    public Task<ExecutionProgress?> FindProgressAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<ExecutionProgress>("execution_queries.progress", new { id }, cancellationToken);

    /// <summary>What an execution has completed; null if there is no such execution.</summary>
    public Task<ResumableState?> FindStateAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<ResumableState>("execution_queries.state", new { id }, cancellationToken);

    /// <summary>What the completed jobs of an execution have used, by node type.</summary>
    public Task<IReadOnlyList<NodeTypeUsage>> ListUsageAsync(string id, CancellationToken cancellationToken) =>
        database.QueryAsync<NodeTypeUsage>("execution_queries.usage", new { id }, cancellationToken);

    /// <summary>The workspaces that have executions of the last seven days which have not ended, the busiest first.</summary>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<ActiveWorkspace>> ListActiveWorkspacesAsync(
        IReadOnlyList<string>? workspaces, CancellationToken cancellationToken) =>
        database.QueryAsync<ActiveWorkspace>(
            "execution_queries.active_workspaces", new { workspaces = workspaces?.ToArray() }, cancellationToken);

    /// <summary>Lists executions, newest first.</summary>
    public Task<IReadOnlyList<ExecutionRow>> ListAsync(ExecutionFilter filter, CancellationToken cancellationToken) =>
        database.QueryAsync<ExecutionRow>(
            filter.Search is null ? "execution_queries.list" : "execution_queries.search",
            new
            {
                search_begin = filter.Search is { } text ? $"{Literally(text)}%" : null,
                search_part = filter.Search is { } part ? $"%{Literally(part)}%" : null,
                workspace_id = filter.WorkspaceId,
                workspaces = filter.Workspaces?.ToArray(),
                status = filter.Status,
                template_id = filter.TemplateId,
                parent_execution_id = filter.ParentExecutionId,
                from = filter.From?.UtcDateTime,
                to = filter.To?.UtcDateTime,
                is_waiting = filter.IsWaiting,
                started_by = filter.StartedBy switch
                {
                    null => null,
                    "schedule" => "sched-%",
                    "hook" => "hook-%",
                    "batch" => "batch-%",
                    var starter => Literally(starter),
                },
                limit = filter.Limit,
                after_time = filter.After?.CreatedAt?.UtcDateTime,
                after_id = filter.After?.Id,
            },
            cancellationToken);

    // What LIKE would take for a sign stands for itself.
    private static string Literally(string text) => LikeSigns().Replace(text, @"\$0");

    [GeneratedRegex(@"[\\%_]")]
    private static partial Regex LikeSigns();

    /// <summary>
    /// The places of executions among the pending ones of their workspaces, from 1, by their ids; those that are not pending have none.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, int>> FindPlacesAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var places = await connection.QueryAsync<(string Id, int Place)>(
            "execution_queries.places",
            new { ids = ids.ToArray() },
            cancellationToken);
        return places.ToDictionary(row => row.Id, row => row.Place, StringComparer.Ordinal);
    }

    /// <summary>Those of these executions in which a node waits for a person or a signal.</summary>
    public async Task<IReadOnlySet<string>> FindWaitingAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        (await database.QueryAsync<string>("execution_queries.waiting", new { ids = ids.ToArray() }, cancellationToken))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The metrics of an execution, newest first.</summary>
    public Task<IReadOnlyList<MetricsRow>> ListMetricsAsync(string id, CancellationToken cancellationToken) =>
        database.QueryAsync<MetricsRow>("execution_queries.metrics", new { id }, cancellationToken);
}

/// <summary>How far an execution is (schema document, query 2).</summary>
internal sealed record ExecutionProgress
{
    /// <summary>The execution.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="ExecutionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>0 to 100.</summary>
    public int ProgressPercent { get; init; }

    /// <summary>The node started last that is still running; null if none is.</summary>
    public string? CurrentNodeId { get; init; }

    /// <summary>Its type.</summary>
    public string? CurrentNodeType { get; init; }

    /// <summary>How long it has been running, in seconds; how long it ran, if it has ended.</summary>
    public double? CurrentNodeDurationSeconds { get; init; }
}

/// <summary>What an execution has completed (schema document, query 3).</summary>
internal sealed record ResumableState
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The nodes that have completed, in the order in which they did.</summary>
    public IReadOnlyList<string> CompletedNodeIds { get; init; } = [];

    /// <summary>The output of each of them, by node id.</summary>
    public JsonElement NodeOutputs { get; init; }
}

/// <summary>What the nodes of a type have used in an execution (schema document, query 4).</summary>
internal sealed record NodeTypeUsage
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>How many nodes of that type have completed.</summary>
    public long NodeCount { get; init; }

    /// <summary>Input plus output tokens of their completed jobs.</summary>
    public long TotalTokens { get; init; }

    /// <summary>Tokens of a job on average.</summary>
    public double AvgTokens { get; init; }

    /// <summary>From start to end of a job on average, in seconds; null if none has both times.</summary>
    public double? AvgDurationSeconds { get; init; }
}

/// <summary>A workspace in which executions have not ended (schema document, query 5).</summary>
internal sealed record ActiveWorkspace
{
    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>How many executions.</summary>
    public long ActiveCount { get; init; }

    /// <summary>Their statuses, each once: <c>paused, pending, running</c>.</summary>
    public required string Statuses { get; init; }

    /// <summary>When the oldest of them was accepted.</summary>
    public DateTimeOffset OldestActive { get; init; }
}

/// <summary>Which executions to list.</summary>
/// <param name="WorkspaceId">Only those of this workspace.</param>
/// <param name="Status">Only those of this status.</param>
/// <param name="TemplateId">Only those of this template.</param>
/// <param name="Limit">How many at the most.</param>
/// <param name="After">The last one of the page before.</param>
internal sealed record ExecutionFilter(string? WorkspaceId, string? Status, string? TemplateId, int Limit, PageCursor? After)
{
    /// <summary>The workspaces that the reader is confined to; null for none.</summary>
    public IReadOnlyList<string>? Workspaces { get; init; }

    /// <summary>
    /// Only those with this text at the beginning of their id, or somewhere in the name of their template, in the id of their workspace, or
    /// in their error, in small letters or capitals; null for all.
    /// </summary>
    public string? Search { get; init; }

    /// <summary>Only those that this execution started; null for all.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>Only those that were accepted then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only those that were accepted before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only those in which a node waits for a person or a signal.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Only those that were started by a <c>schedule</c>, a <c>hook</c>, one of them by its id, or a caller by its name.</summary>
    public string? StartedBy { get; init; }
}

/// <summary>An execution, its place in the line, and whether it waits.</summary>
internal record ListedExecution : ExecutionRow
{
    [SetsRequiredMembers]
    internal ListedExecution(ExecutionRow row, int? queuePosition, bool isWaiting)
        : base(row) => (QueuePosition, IsWaiting) = (queuePosition, isWaiting);

    /// <summary>Its place among the pending executions of its workspace, from 1; null for one that is not pending.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>Whether it is running, and a node of it waits for a person or a signal.</summary>
    public bool IsWaiting { get; init; }
}
