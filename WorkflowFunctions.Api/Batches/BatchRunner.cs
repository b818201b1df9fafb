using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Batches;

/// <summary>
/// Makes executions of the rows of batches, as many at once as each batch allows. A row and its execution are one commit: however a process
/// ends, and however many do it, a row has become one execution or none yet. That a row has ended its execution says itself
/// (0091_batches.sql).
/// </summary>
/// <remarks>The engine runs recurring work, this too, and so cannot be had before it is there.</remarks>
internal sealed class BatchRunner(
    NpgsqlDataSource database, ExecutionStore executions, IServiceProvider services, ILogger<BatchRunner> logger)
{
    /// <summary>Batches that are not at their end.</summary>
    public Task<IReadOnlyList<string>> ListActiveAsync(CancellationToken cancellationToken) =>
        database.QueryAsync<string>("batches.active", null, cancellationToken);

    /// <summary>
    /// Does what is to be done in a batch now: starts rows, stops them, or closes it. Does nothing while somebody else does it.
    /// </summary>
    public async Task AdvanceAsync(string id, CancellationToken cancellationToken)
    {
        var accepted = new List<ExecutionRow>();
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            if (await connection.QuerySingleOrDefaultAsync<BatchRow>("batches.claim", new { id }, cancellationToken, transaction)
                is not { } batch)
                return;
            var look = await connection.QuerySingleAsync<Look>("batches.look", new { id }, cancellationToken, transaction);
            if (look.Running == 0 && !look.HasPending)
                await connection.ExecuteAsync("batches.close", new { id }, cancellationToken, transaction);
            else if (batch.Status == BatchStatus.Cancelled)
                await CancelAsync(id, connection, transaction, cancellationToken);
            else if (look.HasPending && look.CostUsd >= batch.MaxCostUsd)
                await PauseAsync(batch, look.CostUsd!.Value, connection, transaction, cancellationToken);
            else if (look.HasPending && look.Running < batch.MaxParallel)
                accepted = await StartAsync(batch, batch.MaxParallel - look.Running, connection, transaction, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        foreach (var execution in accepted)
            await services.GetRequiredService<EngineCalls>().StartAsync(execution);
    }

    private async Task<List<ExecutionRow>> StartAsync(
        BatchRow batch, int limit, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var next = await connection.QueryAsync<NextRow>("batches.next", new { id = batch.Id, limit }, cancellationToken, transaction);
        foreach (var row in next.Where(row => row.ExecutionId is not null))
            await RetryAsync(batch.Id, row, connection, transaction, cancellationToken);
        List<(int Number, NewExecution Execution)> starts =
        [
            .. next.Where(row => row.ExecutionId is null).Select(row => (row.Number, new NewExecution
            {
                Id = Ids.New("exec"),
                TemplateId = batch.TemplateId,
                TemplateVersion = batch.TemplateVersion,
                ProjectId = batch.ProjectId,
                WorkspaceId = batch.WorkspaceId,
                UserId = batch.UserId,
                ConfigJson = row.ConfigJson,
                CreatedBy = batch.Id,
            })),
        ];
        if (starts.Count == 0)
            return [];
        var rows = await ExecutionInsert.RunAsync(connection, transaction, [.. starts.Select(start => start.Execution)], cancellationToken);
        await connection.ExecuteAsync(
            "batches.started",
            new
            {
                id = batch.Id,
                numbers = starts.Select(start => start.Number).ToArray(),
                execution_ids = rows.Select(row => row!.Id).ToArray(),
            },
            cancellationToken,
            transaction);
        return [.. rows.Select(row => row!)];
    }

    /// <summary>Lets the execution of a row go on from where it failed. Its row goes on in the same commit as it does.</summary>
    private async Task RetryAsync(
        string id, NextRow row, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            var retry = services.GetRequiredService<ExecutionRetry>();
            var caller = new Caller { Id = id, Name = id, Scope = AccessScope.Run, Workspaces = null };
            if (await executions.FindAsync(row.ExecutionId!, cancellationToken) is { } former
                && await retry.AcceptAsync(
                    former, fromStart: false, withCurrentTemplate: false, "A row of a batch is retried.", caller, cancellationToken)
                    is { } retried)
            {
                await services.GetRequiredService<EngineCalls>().StartAsync(retried.Id);
                return;
            }
        }
        catch (ApiException exception)
        {
            logger.LogWarning(
                "Execution {ExecutionId} of batch {BatchId} cannot be retried: {Reason}", row.ExecutionId, id, exception.Message);
        }

        await connection.ExecuteAsync("batches.follow", new { id, number = row.Number }, cancellationToken, transaction);
    }

    private async Task CancelAsync(
        string id, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        foreach (var executionId in await connection.QueryAsync<string>("batches.running", new { id }, cancellationToken, transaction))
        {
            if (await executions.CancelAsync(executionId, "The batch was cancelled.", id, cancellationToken) is { } change)
                await services.GetRequiredService<EngineCalls>().StatusChangedAsync(change);
        }
    }

    private async Task PauseAsync(
        BatchRow batch, decimal cost, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"The rows have cost {cost:0.######} USD and may cost {batch.MaxCostUsd:0.######} (max_cost_usd). "
                + $"Resume the batch with a higher max_cost_usd to go on.");
        logger.LogInformation("Batch {BatchId} pauses: {Reason}", batch.Id, reason);
        await connection.ExecuteAsync("batches.pause", new { id = batch.Id, reason }, cancellationToken, transaction);
    }

    private sealed record Look
    {
        public int Running { get; init; }

        public bool HasPending { get; init; }

        public decimal? CostUsd { get; init; }
    }

    private sealed record NextRow
    {
        public int Number { get; init; }

        public string? ExecutionId { get; init; }

        public required string ConfigJson { get; init; }
    }
}

/// <summary>The values of <c>workflow_batches.status</c> and <c>workflow_batch_rows.status</c> that the program speaks of.</summary>
internal static class BatchStatus
{
    public const string Cancelled = "cancelled";

    /// <summary>Those of rows, in the order of a life.</summary>
    public static IReadOnlyList<string> OfRows { get; } = ["pending", "running", "completed", "failed", "cancelled"];
}
