using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
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

    /// <summary>Tells every worker that the status of an execution has changed.</summary>
    public static async Task TellAsync(NpgsqlDataSource database, string executionId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT workflow_notify_engine($1, $2, NULL)");
        command.Parameters.Add(new() { Value = executionId });
        command.Parameters.Add(new() { Value = EngineSignals.StatusChanged });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
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

    private async Task ListenAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        var changed = new Queue<string>();
        connection.Notification += (_, notification) =>
        {
            if (JsonSerializer.Deserialize<Message>(notification.Payload) is { ExecutionId: { } executionId, Signal: EngineSignals.StatusChanged })
                changed.Enqueue(executionId);
        };
        await using (var listen = new NpgsqlCommand("LISTEN workflow_engine", connection))
            await listen.ExecuteNonQueryAsync(stopping);
        while (true)
        {
            await connection.WaitAsync(stopping);
            while (changed.TryDequeue(out var executionId))
            {
                if (await executions.FindAsync(executionId, stopping) is { Status: ExecutionStatus.Cancelled })
                    steps.Cancel(executionId);
            }
        }
    }

    private sealed record Message(string? ExecutionId, string? Signal);
}
