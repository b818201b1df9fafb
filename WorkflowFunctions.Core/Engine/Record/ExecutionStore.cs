using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Engine.Record;

/// <summary>
/// Reads executions, and makes the transitions that people ask for. Each transition is one guarded statement with its event
/// in it (design, rule 5): of two that race, one happens and the other is refused.
/// </summary>
internal sealed class ExecutionStore(RecordConnections database, ExecutionChanges changes, WorkflowMetrics metrics) : IAsyncDisposable
{
    private readonly Batcher<NewExecution, ExecutionRow?> _starts = new("workflow.start", database, AcceptAsync);
    private readonly Batcher<string, ExecutionRow?> _finds = new("workflow.find", database, FindAsync);

    /// <summary>Accepts an execution, with the nodes that it begins with.</summary>
    /// <returns>The row, and whether it is new; an idempotency key that was used before gives the execution of that time.</returns>
    /// <exception cref="PostgresException">Foreign key violation: the template, workspace, project or user does not exist.</exception>
    public async Task<(ExecutionRow Row, bool IsNew)> StartAsync(NewExecution execution, CancellationToken cancellationToken)
    {
        var row = execution.Given is { } given
            ? await AcceptAsync(execution, given, cancellationToken)
            : await _starts.AskAsync(execution, cancellationToken);
        if (row is not null)
            return (row, true);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await FindAsync(execution.Id, cancellationToken) ?? await connection.QuerySingleAsync<ExecutionRow>(
            "executions.find_by_key",
            new { workspace_id = execution.WorkspaceId, idempotency_key = execution.IdempotencyKey },
            cancellationToken), false);
    }

    /// <summary>Finds the execution that was accepted with an idempotency key; null if there is none.</summary>
    public Task<ExecutionRow?> FindByKeyAsync(string workspaceId, string idempotencyKey, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<ExecutionRow>(
            "executions.find_by_key",
            new { workspace_id = workspaceId, idempotency_key = idempotencyKey },
            cancellationToken);

    /// <summary>Finds an execution; null if there is none.</summary>
    public Task<ExecutionRow?> FindAsync(string id, CancellationToken cancellationToken) => _finds.AskAsync(id, cancellationToken);

    /// <summary>The ids of executions for which there is something to be done now, oldest first.</summary>
    /// <param name="known">Those to leave out.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="workspaceLimit">The executions that may run at once in a workspace; null for any number.</param>
    /// <param name="staleBefore">Pending rows of others from before it are left alone; null for none.</param>
    /// <param name="runsInserted">Whether rows of others are run at all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<string>> ListUnfinishedAsync(
        IReadOnlyCollection<string> known, int limit, int? workspaceLimit, DateTimeOffset? staleBefore, bool runsInserted,
        CancellationToken cancellationToken) =>
        database.QueryAsync<string>(
            "executions.unfinished",
            new
            {
                known = known.ToArray(),
                limit,
                workspace_limit = workspaceLimit,
                stale_before = staleBefore?.UtcDateTime,
                runs_inserted = runsInserted,
            },
            cancellationToken);

    /// <summary>
    /// Looks at executions that are to run, those that were looked at longest ago first, and gives the ones that have not moved for a
    /// while. What is to happen next in them is looked at soon again, what only waits ever later.
    /// </summary>
    /// <param name="limit">How many are looked at, at the most.</param>
    /// <param name="quiet">How long one may not have moved without being given, unless somebody else has inserted it.</param>
    /// <param name="staleBefore">Pending rows of others from before it are left alone; null for none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<IdleExecution>> SweepAsync(
        int limit, TimeSpan quiet, DateTimeOffset? staleBefore, CancellationToken cancellationToken) =>
        database.QueryAsync<IdleExecution>(
            "executions.sweep", new { limit, quiet, stale_before = staleBefore?.UtcDateTime }, cancellationToken);

    /// <summary>Notes that a running execution is begun anew because its instance is lost or makes no progress.</summary>
    /// <param name="execution">The execution as it was looked at.</param>
    /// <param name="reason">A word for it, for the data of the event.</param>
    /// <param name="message">What people read.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether it still stands as it was looked at, and is to be begun anew.</returns>
    public async Task<bool> RecoverAsync(IdleExecution execution, string reason, string message, CancellationToken cancellationToken) =>
        await database.QuerySingleOrDefaultAsync<string>(
            "executions.recover",
            new { id = execution.Id, moved_at = execution.MovedAt?.UtcDateTime, reason, message },
            cancellationToken) is not null;

    /// <summary>The pending executions of a workspace whose turn it is, the one that came first ahead.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="workspaceLimit">The executions that may run at once in it.</param>
    /// <param name="staleBefore">Pending rows of others from before it are left alone; null for none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<string>> ListNextPendingAsync(
        string workspaceId, int workspaceLimit, DateTimeOffset? staleBefore, CancellationToken cancellationToken) =>
        database.QueryAsync<string>(
            "executions.next_pending",
            new { workspace_id = workspaceId, workspace_limit = workspaceLimit, stale_before = staleBefore?.UtcDateTime },
            cancellationToken);

    /// <summary>The executions that another one has started and that have not ended, each with the node that started it.</summary>
    public Task<IReadOnlyList<ChildExecution>> ListChildrenAsync(string id, CancellationToken cancellationToken) =>
        database.QueryAsync<ChildExecution>("executions.children", new { id }, cancellationToken);

    /// <summary>
    /// <c>pending, running → paused</c>, with the executions that it has started. What runs at the time finishes; nothing new starts.
    /// </summary>
    /// <param name="id">The execution.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="createdBy">Who asks for it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="cause">The setting by which it pauses itself; null if somebody asks for it.</param>
    /// <returns>What has changed; null if its status did not allow it, or there is no such execution.</returns>
    public Task<StatusChange?> PauseAsync(
        string id, string? reason, string createdBy, CancellationToken cancellationToken, string? cause = null) =>
        ChangeAsync("executions.pause", id, new { id, reason, cause, created_by = createdBy }, cancellationToken);

    /// <summary><c>pending, running → paused</c>, if its parent is paused at this moment.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> PauseWithParentAsync(string id, CancellationToken cancellationToken) =>
        await ChangeAsync(
            "executions.pause_with_parent", id, new { id, created_by = "system" }, cancellationToken, "executions.lock_with_parent")
            is not null;

    /// <summary><c>paused → running</c>, or <c>pending</c> if it had not begun, with the executions that it has started.</summary>
    /// <param name="id">The execution.</param>
    /// <param name="reason">Why.</param>
    /// <param name="maxCostUsd">What it may cost from now on, in US dollars; null to leave that as it is.</param>
    /// <param name="createdBy">Who asks for it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What has changed; null if its status did not allow it, or there is no such execution.</returns>
    public Task<StatusChange?> ResumeAsync(
        string id, string? reason, decimal? maxCostUsd, string createdBy, CancellationToken cancellationToken) =>
        ChangeAsync("executions.resume", id, new { id, reason, max_cost_usd = maxCostUsd, created_by = createdBy }, cancellationToken);

    /// <summary><c>pending, running, paused → cancelled</c>, with its unsettled jobs and the executions that it has started.</summary>
    /// <returns>What has changed; null if its status did not allow it, or there is no such execution.</returns>
    public Task<StatusChange?> CancelAsync(string id, string? reason, string createdBy, CancellationToken cancellationToken) =>
        ChangeAsync("executions.cancel", id, new { id, reason, created_by = createdBy }, cancellationToken);

    /// <summary>
    /// <c>failed, cancelled → running</c>, or <c>pending</c> if it had not begun, with nodes set back so that they run again; for another
    /// version also
    /// <c>paused → running</c>.
    /// </summary>
    /// <returns>The row after it; null if its status did not allow it, or someone else has retried it meanwhile.</returns>
    public async Task<ExecutionRow?> RetryAsync(RetryWrite retry, CancellationToken cancellationToken)
    {
        var change = await ChangeAsync(
            "executions.retry",
            retry.ExecutionId,
            new
            {
                id = retry.ExecutionId,
                retries = retry.Retries,
                template_version = retry.TemplateVersion,
                reset_node_ids = retry.ResetNodeIds.ToArray(),
                reopened_node_ids = retry.ReopenedNodeIds.ToArray(),
                removed_node_ids = retry.RemovedNodeIds.ToArray(),
                default_parallel = retry.DefaultParallel,
                from = retry.From,
                template = retry.Template,
                reason = retry.Reason,
                created_by = retry.CreatedBy,
                paused_since = retry.PausedSince?.UtcDateTime,
                continuation_id = retry.ContinuationId,
                predicted_cost_usd = retry.PredictedCostUsd,
            },
            cancellationToken);
        return change?.Row;
    }

    /// <summary>Ends the connections that are kept for what is asked for many at once, after what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _starts.DisposeAsync();
        await _finds.DisposeAsync();
    }

    private async Task<ExecutionRow?> AcceptAsync(NewExecution execution, GivenJobs given, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (execution.Unsaved is { } unsaved)
        {
            await connection.ExecuteAsync(
                "executions.keep_unsaved",
                new
                {
                    id = execution.TemplateId,
                    workspace_id = execution.WorkspaceId,
                    name = unsaved.Name,
                    nodes_json = unsaved.NodesJson,
                    edges_json = unsaved.EdgesJson,
                    default_params_json = unsaved.DefaultParamsJson,
                    created_by = execution.UserId,
                },
                cancellationToken, transaction);
        }

        var row = (await ExecutionInsert.RunAsync(connection, transaction, [execution], cancellationToken))[0];
        if (row is null)
            return null;
        await connection.ExecuteAsync(
            "executions.give",
            new
            {
                id = execution.Id,
                origin_execution_id = given.OriginExecutionId,
                origin_checkpoint_id = given.OriginCheckpointId,
                node_ids = given.Jobs.Select(job => job.NodeId).ToArray(),
                job_types = given.Jobs.Select(job => job.JobType).ToArray(),
                statuses = given.Jobs.Select(job => job.Status).ToArray(),
                branches = given.Jobs.Select(job => job.Branch).ToArray(),
                outputs = given.Jobs.Select(job => job.Output).ToArray(),
                default_parallel = given.DefaultParallel,
                message = given.Message,
                event_data = given.EventData,
                created_by = execution.CreatedBy,
            },
            cancellationToken, transaction);
        await transaction.CommitAsync(cancellationToken);
        return row;
    }

    private static async Task<IReadOnlyList<ExecutionRow?>> FindAsync(
        NpgsqlConnection connection, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        // Whatever the session, PostgreSQL keeps a plan for one.
        if (ids.Count == 1)
            return [await connection.QuerySingleOrDefaultAsync<ExecutionRow>("executions.find", new { id = ids[0] }, cancellationToken)];
        var rows = await connection.QueryAsync<ExecutionRow>(
            "executions.find_all", new { ids = ids.Distinct().ToArray() }, cancellationToken);
        var found = rows.ToDictionary(row => row.Id, StringComparer.Ordinal);
        return [.. ids.Select(id => found.GetValueOrDefault(id))];
    }

    private static Task<IReadOnlyList<ExecutionRow?>> AcceptAsync(
        NpgsqlConnection connection, IReadOnlyList<NewExecution> executions, CancellationToken cancellationToken) =>
        ExecutionInsert.RunAsync(connection, null, executions, cancellationToken);

    private Task<StatusChange?> ChangeAsync(
        string statement, string id, object parameters, CancellationToken cancellationToken,
        string lockStatement = "executions.lock_family") =>
        Deadlock.RetryAsync(() => TryChangeAsync(lockStatement, statement, id, parameters, cancellationToken));

    private async Task<StatusChange?> TryChangeAsync(
        string lockStatement, string statement, string id, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(lockStatement, new { id }, cancellationToken, transaction);
        var rows = (await connection.QueryAsync<ExecutionRow>(statement, parameters, cancellationToken, transaction)).ToList();
        // The ones that it has started do not change without it: the transaction is given up.
        if (rows.Find(changed => changed.Id == id) is not { } row)
            return null;
        if (row.Status == ExecutionStatus.Cancelled)
            await MeasureAsync(connection, transaction, rows.Select(changed => changed.Id));
        await transaction.CommitAsync(cancellationToken);
        foreach (var changed in rows)
        {
            changes.PublishStop(changed.Id);
            if (changed is { Status: ExecutionStatus.Cancelled, CompletedAt: { } end })
                metrics.Ended(changed.Status, changed.StartedAt, end);
        }

        return new StatusChange(row, [.. rows.Where(changed => changed != row).Select(changed => changed.Id)]);
    }

    private static async Task MeasureAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IEnumerable<string> ids)
    {
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { WriteStatements.Measure(ids) } };
        await batch.ExecuteNonQueryAsync();
    }
}

/// <summary>An execution that is to run and has not moved for a while.</summary>
internal sealed record IdleExecution
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary><c>pending</c> or <c>running</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The execution that started it; null for none.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>The template as it was at the start; null until one that somebody else has inserted begins.</summary>
    public string? TemplateVersion { get; init; }

    /// <summary>When something was last written of it.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>How long that was ago, by the clock of the database.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>
    /// How long ago something should have happened in it: a wait that is over, a signal that has come; null if it only waits.
    /// </summary>
    public TimeSpan? Overdue { get; init; }

    /// <summary>The nodes that run, as the record names them.</summary>
    public required IReadOnlyList<string> Running { get; init; }

    /// <summary>How often it was begun anew in the last day because it made no progress.</summary>
    public int Recoveries { get; init; }
}

/// <summary>An execution that another one has started.</summary>
internal sealed record ChildExecution
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The node that started it, as the record of its parent names it.</summary>
    public string? ParentNodeId { get; init; }
}
