using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>The instances of the orchestrators, by the ids of their executions.</summary>
/// <param name="client">The client that a function is given.</param>
internal sealed class WorkflowInstances(DurableTaskClient client)
{
    /// <summary>How long the history of an instance is kept after it was begun, for people who look into a fault.</summary>
    public static readonly TimeSpan HistoryKept = TimeSpan.FromHours(24);

    private static readonly OrchestrationRuntimeStatus[] s_unended =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    private static readonly OrchestrationRuntimeStatus[] s_ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    private static readonly TimeSpan s_endingInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_endingPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_terminationPatience = TimeSpan.FromSeconds(5);

    /// <summary>Starts the instance of an execution; harmless if it runs.</summary>
    /// <remarks>
    /// An instance that has looked at the record for the last time will not see what has changed since: its end is waited for.
    /// </remarks>
    public async Task StartAsync(string executionId, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions(executionId).WithDedupeStatuses(s_unended);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_endingPatience);
        while (true)
        {
            try
            {
                await client.ScheduleNewOrchestrationInstanceAsync(WorkflowOrchestration.Name, input: null, options, cancellationToken);
                return;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                if (!await IsEndingAsync(executionId, cancellationToken))
                    return;
            }

            await Task.Delay(s_endingInterval, patience.Token);
        }
    }

    /// <summary>Raises a signal for an execution; starts its instance if it does not run, since the record says what the signal is about.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="name">The name.</param>
    /// <param name="payload">JSON; null for none.</param>
    /// <param name="nodeIds">The nodes that wait for it, as the record names them: those of slices hear of it there.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public async Task SignalAsync(
        string executionId, string name, string? payload, IReadOnlyList<string> nodeIds, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(executionId, cancellationToken) is not { IsCompleted: false })
        {
            await StartAsync(executionId, cancellationToken);
            return;
        }

        var paths = nodeIds.Select(NodePath.Parse).ToList();
        var slices = paths.Exists(path => path.Items.Length > 0) ? await ListSlicesAsync(executionId, s_unended, cancellationToken) : [];
        foreach (var slice in slices.Where(slice => paths.Exists(path => SliceId.MayHave(slice, executionId, path))))
            await client.RaiseEventAsync(slice, name, payload, cancellationToken);
        if (paths.Count == 0 || paths.Exists(path => !slices.Any(slice => SliceId.MayHave(slice, executionId, path))))
            await client.RaiseEventAsync(executionId, name, payload, cancellationToken);
    }

    /// <summary>The instance of an execution, with what it failed by; null if there is none.</summary>
    public Task<OrchestrationMetadata?> FindAsync(string executionId, CancellationToken cancellationToken) =>
        client.GetInstanceAsync(executionId, getInputsAndOutputs: true, cancellationToken);

    /// <summary>
    /// Ends the instance of an execution, and those of its slices, and forgets them: one that cannot even be ended is forgotten all the same, as
    /// the record has all that was in it.
    /// </summary>
    public async Task EndAsync(string executionId, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> ids = [.. await ListSlicesAsync(executionId, s_unended, cancellationToken), executionId];
        foreach (var id in ids)
            await client.TerminateInstanceAsync(id, cancellation: cancellationToken);
        foreach (var id in ids)
        {
            await IsEndedAsync(id, s_terminationPatience, cancellationToken);
            await client.PurgeInstanceAsync(id, cancellation: cancellationToken);
        }
    }

    /// <summary>Forgets the instance of an execution that was cancelled, and those of its slices, once it has ended.</summary>
    /// <remarks>One that does not end soon, or that was started again meanwhile, is left to <see cref="PurgeAsync(DateTimeOffset, CancellationToken)"/>.</remarks>
    public async Task PurgeCancelledAsync(string executionId, CancellationToken cancellationToken)
    {
        if (!await IsEndedAsync(executionId, s_endingPatience, cancellationToken))
            return;
        foreach (var slice in await ListSlicesAsync(executionId, s_ended, cancellationToken))
            await client.PurgeInstanceAsync(slice, cancellation: cancellationToken);
        await client.PurgeInstanceAsync(executionId, cancellation: cancellationToken);
    }

    /// <summary>Forgets instances that have ended and were begun before a time: the record has all that was in them.</summary>
    /// <returns>How many were forgotten.</returns>
    public async Task<int> PurgeAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken)
    {
        var ended = new PurgeInstancesFilter(CreatedFrom: DateTimeOffset.UnixEpoch, CreatedTo: begunBefore, s_ended);
        return (await client.PurgeAllInstancesAsync(ended, cancellationToken)).PurgedInstanceCount;
    }

    private async Task<IReadOnlyList<string>> ListSlicesAsync(
        string executionId, IReadOnlyList<OrchestrationRuntimeStatus> statuses, CancellationToken cancellationToken) =>
        await client.GetAllInstancesAsync(new OrchestrationQuery { InstanceIdPrefix = SliceId.Prefix(executionId), Statuses = statuses })
            .Select(instance => instance.InstanceId)
            .ToListAsync(cancellationToken);

    private async Task<bool> IsEndedAsync(string instanceId, TimeSpan patience, CancellationToken cancellationToken)
    {
        var left = patience;
        while (await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false })
        {
            if (left <= TimeSpan.Zero)
                return false;
            await Task.Delay(s_endingInterval, cancellationToken);
            left -= s_endingInterval;
        }

        return true;
    }

    private async Task<bool> IsEndingAsync(string executionId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(executionId, getInputsAndOutputs: true, cancellationToken) is not { IsCompleted: false } instance
        || (instance.SerializedCustomStatus is not null && instance.ReadCustomStatusAs<string>() == DurableContext.Ending);
}
