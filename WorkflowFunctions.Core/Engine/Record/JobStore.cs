using System.Data;
using System.Text.Json;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Commit;

namespace WorkflowFunctions.Engine.Record;

/// <summary>Reads <c>agent_jobs</c>. They are written by the <see cref="RecordWriter"/>.</summary>
internal sealed class JobStore(RecordConnections database) : IAsyncDisposable
{
    private readonly Batcher<Asked, IReadOnlyList<JobOutcome>> _outcomes = new("workflow.outcomes", database, ListOutcomesAsync);

    static JobStore() => SqlMapper.AddTypeHandler(new WaitHandler());

    /// <summary>Why a node failed; null if the record does not say.</summary>
    public Task<string?> FindErrorAsync(string executionId, string nodeId, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<string>("jobs.error", new { execution_id = executionId, node_id = nodeId }, cancellationToken);

    /// <summary>The latest result that was recorded with a key; null if there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="since">Results of before it do not count.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public Task<CachedResult?> FindCachedAsync(string key, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<CachedResult>("jobs.cached", new { key, since = since.UtcDateTime }, cancellationToken);

    /// <summary>How the nodes of an execution stand, without their inputs and outputs.</summary>
    public Task<IReadOnlyList<JobOutcome>> ListOutcomesAsync(string executionId, CancellationToken cancellationToken) =>
        _outcomes.AskAsync(new Asked(executionId, null), cancellationToken);

    /// <summary>How some nodes of an execution stand; one that has no job yet is not among them.</summary>
    public Task<IReadOnlyList<JobOutcome>> ListOutcomesAsync(
        string executionId, IReadOnlyCollection<string> nodeIds, CancellationToken cancellationToken) =>
        _outcomes.AskAsync(new Asked(executionId, nodeIds.ToHashSet(StringComparer.Ordinal)), cancellationToken);

    /// <summary>How the nodes of a body stand, nested bodies included, for some of the items that it runs for.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="bodyIds">The ids of the nodes in the body.</param>
    /// <param name="items">The items that the node that has the body runs for, as they are written after its id.</param>
    /// <param name="from">The first item.</param>
    /// <param name="to">The one after the last.</param>
    /// <param name="cancellationToken">Gives the reading up.</param>
    public Task<IReadOnlyList<JobOutcome>> ListOutcomesAsync(
        string executionId, IReadOnlyCollection<string> bodyIds, string items, int from, int to, CancellationToken cancellationToken) =>
        database.QueryAsync<JobOutcome>(
            "jobs.outcomes_of_items",
            new
            {
                execution_id = executionId,
                node_ids = bodyIds.ToArray(),
                items,
                level = items.Count(letter => letter == '#') + 2,
                from,
                to,
            },
            cancellationToken);

    /// <summary>The outputs of some nodes of an execution, by node id; a node that has none is not among them.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> FindOutputsAsync(
        string executionId, IReadOnlyCollection<string> nodeIds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<JobOutput>(
            "jobs.outputs",
            new { execution_id = executionId, node_ids = nodeIds.ToArray() },
            cancellationToken);
        return rows.Where(row => row.Output is not null).ToDictionary(row => row.NodeId, row => row.Output!.Value, StringComparer.Ordinal);
    }

    /// <summary>How large the results of a body are together, in bytes of JSON.</summary>
    public Task<long> MeasureBodyAsync(string executionId, ClosedBody body, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<long>(
            "jobs.measure_body",
            new { execution_id = executionId, items = body.Items, count = body.Count, ends = body.Ends.ToArray() },
            cancellationToken);

    /// <summary>The items of a loop; null if they are too large for a process to hold, or not there.</summary>
    public async Task<JsonElement?> FindItemsAsync(string jobId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var items = await connection.QuerySingleOrDefaultAsync<string>("jobs.items", new { id = jobId }, cancellationToken);
        return items is null ? null : RecordDatabase.ParseJson(items);
    }

    /// <summary>One item of a loop.</summary>
    /// <exception cref="InvalidOperationException">The record has no such item.</exception>
    public async Task<JsonElement> FindItemAsync(string jobId, int index, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var item = await connection.QuerySingleOrDefaultAsync<string>("jobs.item", new { id = jobId, index }, cancellationToken);
        return RecordDatabase.ParseJson(item ?? throw new InvalidOperationException($"The job '{jobId}' has no item {index}."));
    }

    /// <summary>All jobs of an execution, in the order in which they began.</summary>
    public Task<IReadOnlyList<JobRow>> ListAsync(string executionId, CancellationToken cancellationToken) =>
        database.QueryAsync<JobRow>("jobs.list", new { execution_id = executionId }, cancellationToken);

    /// <summary>Ends the connection that is kept for what is asked for many at once, after what is under way.</summary>
    public ValueTask DisposeAsync() => _outcomes.DisposeAsync();

    private static async Task<IReadOnlyList<IReadOnlyList<JobOutcome>>> ListOutcomesAsync(
        NpgsqlConnection connection, IReadOnlyList<Asked> asked, CancellationToken cancellationToken)
    {
        var ids = asked.Where(one => one.NodeIds is null).Select(one => one.ExecutionId).Distinct().ToArray();
        var all = ids.Length == 0 ? [] : await connection.QueryAsync<JobOutcome>(
            "jobs.outcomes", new { execution_ids = ids }, cancellationToken);
        var nodes = asked
            .Where(one => one.NodeIds is not null)
            .SelectMany(one => one.NodeIds!, (one, nodeId) => (one.ExecutionId, NodeId: nodeId))
            .Distinct()
            .ToList();
        var some = nodes.Count == 0 ? [] : await connection.QueryAsync<JobOutcome>(
            "jobs.outcomes_of_nodes",
            new
            {
                execution_ids = nodes.Select(node => node.ExecutionId).ToArray(),
                node_ids = nodes.Select(node => node.NodeId).ToArray(),
            },
            cancellationToken);
        var (allOf, someOf) = (all.ToLookup(job => job.ExecutionId), some.ToLookup(job => job.ExecutionId));
        return [.. asked.Select(one => one.NodeIds is { } nodeIds
            ? someOf[one.ExecutionId].Where(job => nodeIds.Contains(job.NodeId)).ToList()
            : allOf[one.ExecutionId].ToList())];
    }

    /// <summary>Of which nodes it is asked how they stand; null for all of the execution.</summary>
    private readonly record struct Asked(string ExecutionId, IReadOnlySet<string>? NodeIds);

    private sealed class WaitHandler : SqlMapper.TypeHandler<WaitsFor>
    {
        public override WaitsFor? Parse(object value) => JsonSerializer.Deserialize<WaitsFor>((string)value, WaitsFor.Json);

        public override void SetValue(IDbDataParameter parameter, WaitsFor? value) =>
            parameter.Value = value is null ? null : JsonSerializer.Serialize(value, WaitsFor.Json);
    }

    private sealed record JobOutput
    {
        public required string NodeId { get; init; }

        public JsonElement? Output { get; init; }
    }
}

/// <summary>A result that was recorded before.</summary>
internal sealed record CachedResult
{
    /// <summary>The job that gave it.</summary>
    public required string Id { get; init; }

    /// <summary>The output.</summary>
    public JsonElement Output { get; init; }

    /// <summary>The branch that was taken.</summary>
    public string? Branch { get; init; }
}

/// <summary>How a node stands in the record.</summary>
internal sealed record JobOutcome
{
    /// <summary>The execution.</summary>
    public string ExecutionId { get; init; } = "";

    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Attempts so far.</summary>
    public int Attempt { get; init; }

    /// <summary>The branch taken.</summary>
    public string? Branch { get; init; }

    /// <summary>When it is to run again.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>What it waits for besides a time; null for nothing.</summary>
    public WaitsFor? WaitsFor { get; init; }

    /// <summary>Whether the signal that it waits for has come: nobody will be told of it again.</summary>
    public bool HasSignal { get; init; }

    /// <summary>When its first attempt, or its wait, began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether it did not run: its output was given.</summary>
    public bool IsGiven { get; init; }
}

/// <summary>A row of <c>agent_jobs</c>.</summary>
internal sealed record JobRow
{
    /// <summary>The id: <see cref="Ids.OfJob"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Attempts so far.</summary>
    public int Attempt { get; init; }

    /// <summary>The branch taken.</summary>
    public string? Branch { get; init; }

    /// <summary>Input plus output tokens.</summary>
    public int TokensUsed { get; init; }

    /// <summary>Cost in US dollars.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>What the handler got.</summary>
    public JsonElement? InputDataJson { get; init; }

    /// <summary>What the handler gave.</summary>
    public JsonElement? OutputDataJson { get; init; }

    /// <summary>When the first attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was settled.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When it is to run again.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>What it waits for besides a time; null for nothing.</summary>
    public WaitsFor? WaitsFor { get; init; }

    /// <summary>From start to end, in seconds.</summary>
    public double? Duration { get; init; }

    /// <summary>
    /// Where its output comes from, if it did not run: the job or the checkpoint that recorded it, or <c>request</c> where the start says
    /// so.
    /// </summary>
    public string? GivenFrom { get; init; }
}

/// <summary>Sets an execution back so that it can go on. Nodes are named as the record names them.</summary>
internal sealed record RetryWrite
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>How often it had been retried when this was worked out.</summary>
    public required int Retries { get; init; }

    /// <summary>The template version that it goes on with.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>The nodes that run again.</summary>
    public required IReadOnlyCollection<string> ResetNodeIds { get; init; }

    /// <summary>The loops whose bodies go on.</summary>
    public required IReadOnlyCollection<string> ReopenedNodeIds { get; init; }

    /// <summary>The nodes that the workflow no longer has.</summary>
    public required IReadOnlyCollection<string> RemovedNodeIds { get; init; }

    /// <summary>For how many items at once a loop runs that does not say so.</summary>
    public required int DefaultParallel { get; init; }

    /// <summary>From where it goes on, for the event: <c>failed</c>, <c>paused</c> or <c>start</c>.</summary>
    public required string From { get; init; }

    /// <summary>Which template it goes on with, for the event: <c>same</c>, <c>current</c> or <c>version</c>.</summary>
    public required string Template { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asks for it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When something was last written of it, of one that is paused; null for one that has ended.</summary>
    public DateTimeOffset? PausedSince { get; init; }

    /// <summary>What it is part of, if many are set back together; null if it is for itself.</summary>
    public string? ContinuationId { get; init; }

    /// <summary>What going on is expected to cost then, in US dollars.</summary>
    public decimal? PredictedCostUsd { get; init; }
}
