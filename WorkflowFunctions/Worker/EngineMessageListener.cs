using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Durable.Worker;

/// <summary>
/// Hears over PostgreSQL's NOTIFY what has changed in the record. Of executions that were cancelled, the nodes that run in this process are
/// stopped; signals that were sent by SQL are raised. A message that is lost costs time and nothing else: the outcome of a cancelled node
/// is not taken, and the sweep raises signals as well.
/// </summary>
internal sealed class EngineMessageListener(
    NpgsqlDataSource database, ExecutionStore executions, WorkerSteps steps, DurableEngine engine, ILogger<EngineMessageListener> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await EngineMessages.ReceiveAsync(database, message => _ = ActAsync(message, stoppingToken), logger, stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                logger.LogWarning("PostgreSQL is out of reach ({Message}); nodes may run on, signals may wait", exception.Message);
                await Task.Delay(s_retryDelay, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ActAsync(EngineMessage message, CancellationToken stopping)
    {
        try
        {
            if (message.Signal == EngineSignals.StatusChanged)
                await StopIfCancelledAsync(message.ExecutionId, stopping);
            else if (message.Signal?.StartsWith(EngineSignals.NodePrefix, StringComparison.Ordinal) is true)
                await TryRaiseAsync(message.ExecutionId, message.Signal, stopping);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            logger.LogWarning(
                "Execution {ExecutionId} could not be looked at ({Message}); it may take a while", message.ExecutionId, exception.Message);
        }
    }

    private async Task StopIfCancelledAsync(string executionId, CancellationToken stopping)
    {
        if (await executions.FindAsync(executionId, stopping) is { Status: ExecutionStatus.Cancelled })
            steps.Cancel(executionId);
    }

    /// <summary>Raises a signal, unless another worker, which has heard of it too, is at it.</summary>
    private async Task TryRaiseAsync(string executionId, string signal, CancellationToken stopping)
    {
        if (!engine.HasClient)
            return;
        await using var connection = await database.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        await using var claim = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", connection, transaction);
        claim.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{executionId}/{signal}" });
        if (await claim.ExecuteScalarAsync(stopping) is true)
            await engine.SignalAsync(executionId, signal, null, stopping);
    }
}
