using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Database;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Engine.Limits;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Telemetry;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Durable.Timers;

/// <summary>
/// One look at what should run: the record says which executions have not moved for a while, and the task hub is asked about those alone.
/// What it costs does not depend on how many executions there are.
/// </summary>
internal sealed class InstanceSweep(
    DurableEngine engine,
    ExecutionStore executions,
    SignalStore signals,
    WorkflowPlans plans,
    RunLimits limits,
    WorkflowMetrics metrics,
    TimeProvider time,
    IOptions<SweepOptions> options,
    ILogger<InstanceSweep> logger)
{
    /// <summary>How many executions one sweep looks at.</summary>
    private const int Limit = 500;

    /// <summary>How many instances are asked for at once.</summary>
    private const int AtOnce = 16;

    /// <summary>
    /// An execution that is begun anew over and over is so ever more rarely: up to this often as long after the last time.
    /// </summary>
    private const int MaxDoublings = 7;

    /// <summary>Looks once.</summary>
    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var instances = new WorkflowInstances(client);
        var idle = await executions.SweepAsync(Limit, options.Value.Quiet, limits.StaleBefore(time.GetUtcNow()), cancellationToken);
        await EachAsync(
            await ListTurnsAsync(idle.Where(execution => execution.Status == ExecutionStatus.Pending), cancellationToken),
            static executionId => executionId,
            instances.StartAsync,
            cancellationToken);
        await EachAsync(
            idle.Where(execution => execution.Status == ExecutionStatus.Running),
            static execution => execution.Id,
            (execution, stopping) => LookAtAsync(instances, execution, stopping),
            cancellationToken);
        await EachAsync(
            await signals.ListPendingAsync(Limit, cancellationToken),
            static signal => signal.ExecutionId,
            (signal, stopping) => engine.SignalAsync(signal.ExecutionId, EngineSignals.NodePrefix + signal.Name, null, stopping),
            cancellationToken);
    }

    /// <summary>One that fails is not in the way of the others: it is looked at again.</summary>
    private Task EachAsync<T>(
        IEnumerable<T> items, Func<T, string> executionId, Func<T, CancellationToken, Task> act, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (item, stopping) =>
            {
                try
                {
                    await act(item, stopping);
                }
                catch (Exception exception) when (!stopping.IsCancellationRequested)
                {
                    logger.LogError(
                        exception.ForLog(), "Execution {ExecutionId} could not be looked after; the sweep looks at it again",
                        executionId(item));
                }
            });

    /// <summary>The pending executions that may begin: where a workspace has a limit, those that come first in it.</summary>
    private async Task<IReadOnlyList<string>> ListTurnsAsync(IEnumerable<IdleExecution> pending, CancellationToken cancellationToken)
    {
        if (limits.ExecutionsPerWorkspace is not { } limit)
            return [.. pending.Select(execution => execution.Id)];
        var byItself = pending.ToLookup(execution => execution.ParentExecutionId is null);
        var ids = byItself[false].Select(execution => execution.Id).ToList();
        foreach (var workspaceId in byItself[true].Select(execution => execution.WorkspaceId).Distinct())
            ids.AddRange(
                await executions.ListNextPendingAsync(workspaceId, limit, limits.StaleBefore(time.GetUtcNow()), cancellationToken));
        return ids;
    }

    private async Task LookAtAsync(WorkflowInstances instances, IdleExecution execution, CancellationToken cancellationToken)
    {
        var instance = await instances.FindAsync(execution.Id, cancellationToken);
        var (reason, what) = instance switch
        {
            null => ("gone", "Its instance is gone"),
            { RuntimeStatus: OrchestrationRuntimeStatus.Failed } => (
                "failed", $"Its instance failed: {instance.FailureDetails?.ErrorMessage}"),
            { IsCompleted: true } => ("ended", "Its instance has ended"),
            { RuntimeStatus: OrchestrationRuntimeStatus.Suspended } => (null, ""),
            _ when await IsStuckAsync(execution, instance, cancellationToken) =>
                ("no_progress", $"Its instance made no progress for {execution.Idle.TotalMinutes:0} minutes"),
            _ => (null, ""),
        };
        if (reason is null
            || !await executions.RecoverAsync(execution, reason, $"{what}; it is begun anew from the record", cancellationToken))
            return;
        // An alert looks for this line (infra/modules/monitoring.bicep).
        logger.LogWarning("Execution recovered: {ExecutionId}. {What}; it is begun anew from the record", execution.Id, what);
        metrics.Recovered(reason);
        if (instance is { IsCompleted: false })
            await instances.EndAsync(execution.Id, cancellationToken);
        await instances.StartAsync(execution.Id, cancellationToken);
    }

    /// <summary>
    /// Whether neither the record nor the history has moved for longer than it may take, though something should have happened.
    /// </summary>
    private async Task<bool> IsStuckAsync(IdleExecution execution, OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        var patience = options.Value.Stuck * Math.Pow(2, Math.Min(execution.Recoveries, MaxDoublings));
        if (execution.Idle < patience || time.GetUtcNow() - instance.LastUpdatedAt < options.Value.Stuck)
            return false;
        return execution.Running.Count == 0
            ? execution.Overdue >= patience
            : execution.Idle >= patience + await LongestAttemptAsync(execution, cancellationToken);
    }

    private async Task<TimeSpan> LongestAttemptAsync(IdleExecution execution, CancellationToken cancellationToken)
    {
        var (plan, _) = await plans.GetAsync(execution.TemplateVersion!, cancellationToken);
        var timeouts = execution.Running
            .Select(path => NodePath.Parse(path).NodeId)
            .Where(nodeId => plan?.Graph.Find(nodeId) is not null)
            .Select(nodeId => plan![nodeId].Policy.RunTimeout);
        return timeouts.Append(TimeSpan.Zero).Max();
    }
}
