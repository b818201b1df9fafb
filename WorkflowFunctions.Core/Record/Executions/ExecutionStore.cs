using Dapper;
using Npgsql;
using WorkflowFunctions.Record.Writing;

namespace WorkflowFunctions.Record.Executions;

/// <summary>
/// Reads executions, and makes the transitions that people ask for. Each transition is one guarded statement with its event
/// in it (design, rule 5): of two that race, one happens and the other is refused.
/// </summary>
public sealed class ExecutionStore(NpgsqlDataSource database, ExecutionChanges changes)
{
    /// <summary>Accepts an execution.</summary>
    /// <returns>The row, and whether it is new; an idempotency key that was used before gives the execution of that time.</returns>
    /// <exception cref="PostgresException">Foreign key violation: the template, workspace, project or user does not exist.</exception>
    public async Task<(ExecutionRow Row, bool IsNew)> StartAsync(NewExecution execution, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<ExecutionRow>(new CommandDefinition(
            Sql.Read("Executions.start"),
            new
            {
                id = execution.Id,
                template_id = execution.TemplateId,
                template_version = execution.TemplateVersion,
                project_id = execution.ProjectId,
                workspace_id = execution.WorkspaceId,
                user_id = execution.UserId,
                config_json = execution.ConfigJson,
                idempotency_key = execution.IdempotencyKey,
                created_by = execution.CreatedBy,
            },
            cancellationToken: cancellationToken));
        if (row is not null)
            return (row, true);
        return (await connection.QuerySingleAsync<ExecutionRow>(new CommandDefinition(
            Sql.Read("Executions.find_by_key"),
            new { workspace_id = execution.WorkspaceId, idempotency_key = execution.IdempotencyKey },
            cancellationToken: cancellationToken)), false);
    }

    /// <summary>Finds the execution that was accepted with an idempotency key; null if there is none.</summary>
    public async Task<ExecutionRow?> FindByKeyAsync(string workspaceId, string idempotencyKey, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ExecutionRow>(new CommandDefinition(
            Sql.Read("Executions.find_by_key"),
            new { workspace_id = workspaceId, idempotency_key = idempotencyKey },
            cancellationToken: cancellationToken));
    }

    /// <summary>Finds an execution; null if there is none.</summary>
    public async Task<ExecutionRow?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ExecutionRow>(new CommandDefinition(
            Sql.Read("Executions.find"), new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>Lists executions, newest first.</summary>
    public async Task<IReadOnlyList<ExecutionRow>> ListAsync(ExecutionFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<ExecutionRow>(new CommandDefinition(
            Sql.Read("Executions.list"),
            new
            {
                workspace_id = filter.WorkspaceId,
                status = filter.Status,
                template_id = filter.TemplateId,
                limit = filter.Limit,
                after_time = filter.After?.CreatedAt.UtcDateTime,
                after_id = filter.After?.Id,
            },
            cancellationToken: cancellationToken))];
    }

    /// <summary>The ids of executions that are pending or running, oldest first.</summary>
    /// <param name="known">Those to leave out.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<string>> ListUnfinishedAsync(IReadOnlyCollection<string> known, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            Sql.Read("Executions.unfinished"), new { known = known.ToArray(), limit }, cancellationToken: cancellationToken))];
    }

    /// <summary><c>pending, running → paused</c>. What runs at the time finishes; nothing new starts.</summary>
    /// <returns>The row after it; null if its status did not allow it, or there is no such execution.</returns>
    public Task<ExecutionRow?> PauseAsync(string id, string? reason, string createdBy, CancellationToken cancellationToken) =>
        ChangeAsync("Executions.pause", id, reason, createdBy, cancellationToken);

    /// <summary><c>paused → running</c>, or <c>pending</c> if it had not begun.</summary>
    /// <returns>The row after it; null if its status did not allow it, or there is no such execution.</returns>
    public Task<ExecutionRow?> ResumeAsync(string id, string? reason, string createdBy, CancellationToken cancellationToken) =>
        ChangeAsync("Executions.resume", id, reason, createdBy, cancellationToken);

    /// <summary><c>pending, running, paused → cancelled</c>, with its unsettled jobs.</summary>
    /// <returns>The row after it; null if its status did not allow it, or there is no such execution.</returns>
    public Task<ExecutionRow?> CancelAsync(string id, string? reason, string createdBy, CancellationToken cancellationToken) =>
        ChangeAsync("Executions.cancel", id, reason, createdBy, cancellationToken);

    /// <summary>The metrics of an execution, newest first.</summary>
    public async Task<IReadOnlyList<MetricsRow>> ListMetricsAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<MetricsRow>(new CommandDefinition(
            Sql.Read("Executions.metrics"), new { id }, cancellationToken: cancellationToken))];
    }

    private async Task<ExecutionRow?> ChangeAsync(string statement, string id, string? reason, string createdBy, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<ExecutionRow>(new CommandDefinition(
            Sql.Read(statement), new { id, reason, created_by = createdBy }, transaction, cancellationToken: cancellationToken));
        if (row is { Status: ExecutionStatus.Cancelled })
            await MeasureAsync(connection, transaction, id);
        await transaction.CommitAsync(cancellationToken);
        if (row is not null)
            changes.Publish(id);
        return row;
    }

    private static async Task MeasureAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string id)
    {
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { WriteStatements.Measure([id]) } };
        await batch.ExecuteNonQueryAsync();
    }
}

/// <summary>An execution to be accepted.</summary>
public sealed record NewExecution
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
}

/// <summary>Which executions to list.</summary>
/// <param name="WorkspaceId">Only those of this workspace.</param>
/// <param name="Status">Only those of this status.</param>
/// <param name="TemplateId">Only those of this template.</param>
/// <param name="Limit">How many at the most.</param>
/// <param name="After">The last one of the page before.</param>
public sealed record ExecutionFilter(string? WorkspaceId, string? Status, string? TemplateId, int Limit, PageCursor? After);
