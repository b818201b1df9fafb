using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Durable.Worker;

/// <summary>
/// Hears over PostgreSQL's NOTIFY that executions have been cancelled and stops the nodes of them that run in this process. A
/// message that is lost costs the time of a node whose outcome nobody takes, and nothing else.
/// </summary>
internal sealed class StatusChanges(NpgsqlDataSource database, ExecutionStore executions, WorkerSteps steps, ILogger<StatusChanges> logger)
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
                await EngineMessages.ReceiveAsync(
                    database,
                    message => _ = message.Signal == EngineSignals.StatusChanged ? StopIfCancelledAsync(message.ExecutionId, stoppingToken) : null,
                    logger,
                    stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                logger.LogWarning("PostgreSQL is out of reach ({Message}); cancelled nodes may run on for a while", exception.Message);
                await Task.Delay(s_retryDelay, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task StopIfCancelledAsync(string executionId, CancellationToken stopping)
    {
        try
        {
            if (await executions.FindAsync(executionId, stopping) is { Status: ExecutionStatus.Cancelled })
                steps.Cancel(executionId);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            logger.LogWarning("Execution {ExecutionId} could not be looked at ({Message}); its nodes may run on for a while", executionId, exception.Message);
        }
    }
}
