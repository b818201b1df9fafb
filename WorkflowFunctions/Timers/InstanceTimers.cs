using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Durable.Orchestration;

namespace WorkflowFunctions.Durable.Timers;

/// <summary>Keeps the instances of the orchestrator in step with the record.</summary>
internal sealed class InstanceTimers(DurableEngine engine, InstanceSweep sweep, TimeProvider time, ILogger<InstanceTimers> logger)
{
    /// <summary>
    /// Starts executions that others have inserted, and begins those anew whose instance has failed, is gone or makes no progress. Signals
    /// that an instance was not told of are raised again.
    /// </summary>
    [Function("Sweep")]
    public Task SweepAsync(
        [TimerTrigger("%Sweep:Cron%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        engine.Use(client);
        return sweep.RunAsync(client, cancellationToken);
    }

    /// <summary>
    /// Removes the histories of instances that have ended, whether their execution completed, failed, was cancelled or is paused.
    /// </summary>
    [Function("PurgeHistory")]
    public async Task PurgeAsync(
        [TimerTrigger("%PurgeHistory:Cron%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var purged = await new WorkflowInstances(client).PurgeAsync(time.GetUtcNow() - WorkflowInstances.HistoryKept, cancellationToken);
        logger.LogInformation("The histories of {Count} instances were removed", purged);
    }
}
