using System.Text.Json;
using Npgsql;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Workers;

/// <summary>
/// Calls the functions that give tasks to workers and take their results (<c>0070_worker_tasks.sql</c>): the same that applications call in
/// their own transactions. Nobody but their owner may call them, so that the connection is not confined: a claim and a
/// release name the caller's workspaces, and what a worker reports shows its lease.
/// </summary>
internal sealed class WorkerStore(RecordConnections database, EngineCalls engine) : IAsyncDisposable
{
    /// <summary>How many characters of output wait for others to be completed with; a larger one goes alone.</summary>
    private const int SmallOutput = 65_536;

    private readonly Batcher<Completion, SettledTask> _completions = new("workflow.complete", database, CompleteAsync);

    /// <summary>Takes tasks that wait, each with a lease.</summary>
    public Task<IReadOnlyList<ClaimedTask>> ClaimAsync(TaskClaim claim, CancellationToken cancellationToken) =>
        Deadlock.RetryAsync(() => TryClaimAsync(claim, cancellationToken));

    /// <summary>Renews a lease.</summary>
    /// <returns>Until when it lasts now.</returns>
    public async Task<DateTimeOffset> RenewAsync(string id, string lease, JsonElement? progress, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenUnconfinedAsync(cancellationToken);
        return await connection.QuerySingleAsync<DateTimeOffset>(
            "workers.renew", new { id, lease, progress = Text(progress) }, cancellationToken);
    }

    /// <summary>Completes a task. What many workers complete at the same time is committed at once.</summary>
    public Task CompleteAsync(string id, string lease, JsonElement? output, CancellationToken cancellationToken) =>
        SettleAsync(new Completion(id, lease, Text(output))).WaitAsync(cancellationToken);

    /// <summary>Fails an attempt at a task.</summary>
    public Task FailAsync(string id, FailRequest failure, CancellationToken cancellationToken) => ExecuteAsync(
        "workers.fail",
        new
        {
            id,
            lease = failure.Lease,
            error = failure.Error,
            retryable = failure.Retryable,
            traceback = failure.Traceback,
            retry_after_seconds = failure.RetryAfterSeconds,
        },
        cancellationToken);

    /// <summary>Takes a lease back.</summary>
    /// <param name="id">The task.</param>
    /// <param name="workspaces">Only if it is of one of these workspaces; null for any.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public Task ReleaseAsync(string id, IReadOnlyList<string>? workspaces, CancellationToken cancellationToken) =>
        ExecuteAsync("workers.release", new { id, workspace_ids = workspaces?.ToArray() }, cancellationToken);

    /// <summary>Lists tasks, those that workers have first.</summary>
    public Task<IReadOnlyList<QueuedTask>> ListAsync(
        string? queue, IReadOnlyList<string>? workspaces, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<QueuedTask>("workers.list", new { queue, workspaces = workspaces?.ToArray(), limit }, cancellationToken);

    /// <summary>Lists queues that have tasks.</summary>
    public Task<IReadOnlyList<TaskQueue>> ListQueuesAsync(IReadOnlyList<string>? workspaces, CancellationToken cancellationToken) =>
        database.QueryAsync<TaskQueue>("workers.queues", new { workspaces = workspaces?.ToArray() }, cancellationToken);

    /// <summary>Ends the connection that is kept for what many complete at once, after what is under way.</summary>
    public ValueTask DisposeAsync() => _completions.DisposeAsync();

    /// <summary>Settles a task and tells the engine, also if the caller no longer waits.</summary>
    private async Task SettleAsync(Completion completion)
    {
        var settled = completion.Output is { Length: > SmallOutput }
            ? await CompleteAloneAsync(completion)
            : await _completions.AddAsync(completion);
        await engine.SignalledAsync(settled.ExecutionId, settled.Signal);
    }

    private async Task<SettledTask> CompleteAloneAsync(Completion completion)
    {
        await using var connection = await database.OpenUnconfinedAsync(CancellationToken.None);
        return (await CompleteAsync(connection, [completion], CancellationToken.None))[0];
    }

    private static Task<IReadOnlyList<SettledTask>> CompleteAsync(
        NpgsqlConnection connection, IReadOnlyList<Completion> completions, CancellationToken cancellationToken) =>
        connection.QueryAsync<SettledTask>(
            "workers.complete",
            new
            {
                ids = completions.Select(completion => completion.Id).ToArray(),
                leases = completions.Select(completion => completion.Lease).ToArray(),
                outputs = completions.Select(completion => completion.Output).ToArray(),
            },
            cancellationToken);

    private async Task<IReadOnlyList<ClaimedTask>> TryClaimAsync(TaskClaim claim, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenUnconfinedAsync(cancellationToken);
        return await connection.QueryAsync<ClaimedTask>(
            "workers.claim",
            new
            {
                worker = claim.Worker,
                queues = claim.Queues.ToArray(),
                max = claim.Max,
                names = claim.Names?.ToArray(),
                workspace_ids = claim.Workspaces?.ToArray(),
            },
            cancellationToken);
    }

    private async Task ExecuteAsync(string statement, object arguments, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenUnconfinedAsync(cancellationToken);
        await connection.ExecuteAsync(statement, arguments, cancellationToken);
    }

    private static string? Text(JsonElement? json) => json?.GetRawText();

    private readonly record struct Completion(string Id, string Lease, string? Output);

    private sealed record SettledTask(string ExecutionId, string Signal);
}

/// <summary>What a worker takes.</summary>
/// <param name="Worker">Who takes it.</param>
/// <param name="Queues">From where.</param>
/// <param name="Names">Only tasks of these names; null for any.</param>
/// <param name="Max">How many at the most.</param>
internal sealed record TaskClaim(string Worker, IReadOnlyList<string> Queues, IReadOnlyList<string>? Names, int Max)
{
    /// <summary>Only tasks of these workspaces; null for all.</summary>
    public IReadOnlyList<string>? Workspaces { get; init; }
}

/// <summary>A task that a worker has been given.</summary>
internal sealed record ClaimedTask
{
    /// <summary>The id: that of its row in <c>celery_tasks</c>, the same for each attempt.</summary>
    public required string Id { get; init; }

    /// <summary>What shows that the worker has it.</summary>
    public required string Lease { get; init; }

    /// <summary>What to do.</summary>
    public required string Name { get; init; }

    /// <summary>Positional arguments: a list.</summary>
    public required JsonElement Args { get; init; }

    /// <summary>Named arguments: an object.</summary>
    public required JsonElement Kwargs { get; init; }

    /// <summary>The queue that it waited in.</summary>
    public required string Queue { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>The attempts that it has at the most.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>The execution that it belongs to.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The workspace of the execution.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>How long a lease lasts that is not renewed, in seconds.</summary>
    public double HeartbeatSeconds { get; init; }

    /// <summary>Until when the lease lasts.</summary>
    public DateTimeOffset LeaseExpiresAt { get; init; }

    /// <summary>When the attempt fails if it has not ended (<c>timeout_seconds</c>); null for never.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }
}

/// <summary>A task that waits for a worker, or that one has.</summary>
internal sealed record QueuedTask
{
    /// <summary>The id: that of its row in <c>celery_tasks</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The execution that it belongs to.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The node, as <c>agent_jobs.node_id</c> names it.</summary>
    public required string NodeId { get; init; }

    /// <summary>The workspace of the execution.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>What is to be done.</summary>
    public required string Name { get; init; }

    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>Who has it; null while it waits.</summary>
    public string? Worker { get; init; }

    /// <summary>Since when the worker has it.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Until when its lease lasts.</summary>
    public DateTimeOffset? LeaseExpiresAt { get; init; }

    /// <summary>How many workers had it before and gave no sign of life.</summary>
    public int LostLeases { get; init; }

    /// <summary>How far the worker is, in its own words.</summary>
    public JsonElement? Progress { get; init; }

    /// <summary>When it was queued.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A queue of tasks.</summary>
internal sealed record TaskQueue
{
    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>How many tasks wait for a worker.</summary>
    public long Waiting { get; init; }

    /// <summary>How many tasks workers have.</summary>
    public long Leased { get; init; }

    /// <summary>Since when the oldest one waits; null if none does.</summary>
    public DateTimeOffset? OldestAt { get; init; }
}
