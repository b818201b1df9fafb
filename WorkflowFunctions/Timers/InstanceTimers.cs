using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Engine.Limits;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Durable.Timers;

/// <summary>Keeps the instances of the orchestrator in step with the record.</summary>
public sealed class InstanceTimers(
    DurableEngine engine, ExecutionStore executions, SignalStore signals, RunLimits limits, TimeProvider time, ILogger<InstanceTimers> logger)
{
    /// <summary>How many executions one search takes up.</summary>
    private const int SweepLimit = 500;

    /// <summary>
    /// Starts executions that others have inserted, and those whose instance has failed or is gone: whatever is unfinished in
    /// the record and has no instance that runs. Signals that an instance was not told of are raised again.
    /// </summary>
    [Function("Sweep")]
    public async Task SweepAsync(
        [TimerTrigger("%Sweep:Cron%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        engine.Use(client);
        var instances = new WorkflowInstances(client);
        var running = await instances.ListRunningAsync(cancellationToken);
        foreach (var executionId in await executions.ListUnfinishedAsync([.. running], SweepLimit, limits.ExecutionsPerWorkspace, cancellationToken))
        {
            logger.LogInformation("Execution {ExecutionId} is unfinished and does not run; it is started", executionId);
            await instances.StartAsync(executionId, cancellationToken);
        }

        foreach (var (executionId, name) in await signals.ListPendingAsync(SweepLimit, cancellationToken))
            await engine.SignalAsync(executionId, EngineSignals.NodePrefix + name, null, cancellationToken);
    }

    /// <summary>Removes the histories of instances that have ended, whether their execution completed, failed, was cancelled or is paused.</summary>
    [Function("PurgeHistory")]
    public async Task PurgeAsync(
        [TimerTrigger("%PurgeHistory:Cron%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var purged = await new WorkflowInstances(client).PurgeAsync(time.GetUtcNow() - WorkflowInstances.HistoryKept, cancellationToken);
        logger.LogInformation("The histories of {Count} instances were removed", purged);
    }
}
