using System.Diagnostics;
using DurableTask.Core.Exceptions;
using Grpc.Core;
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

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Starts the instance of an execution; harmless if it runs.</summary>
    /// <remarks>
    /// An instance that has looked at the record for the last time will not see what has changed since: its end is waited for.
    /// </remarks>
    /// <exception cref="TimeoutException">It could not be started for half a minute.</exception>
    public async Task StartAsync(string executionId, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        // Many may ask at once, and each asks storage.
        for (var interval = s_interval; ; interval = TimeSpan.FromTicks(Math.Min(2 * interval.Ticks, s_longestInterval.Ticks)))
        {
            try
            {
                if (await TryStartAsync(executionId, cancellationToken))
                    return;
            }
            catch (RpcException exception) when (IsPassing(exception) && IsPatient(begun))
            {
                // Harmless if it was started all the same.
            }

            if (!IsPatient(begun))
                throw new TimeoutException($"The instance of execution {executionId} does not end, and cannot be started anew.");
            await Task.Delay(interval, cancellationToken);
        }
    }

    /// <summary>
    /// Raises a signal for an execution; starts its instance if it does not run, since the record says what the signal is about.
    /// </summary>
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

        try
        {
            await RaiseAsync(executionId, name, payload, nodeIds, cancellationToken);
        }
        catch (RpcException exception) when (IsOfNone(exception))
        {
            // It has ended meanwhile, or one of its slices has.
            await StartAsync(executionId, cancellationToken);
        }
    }

    private async Task RaiseAsync(
        string executionId, string name, string? payload, IReadOnlyList<string> nodeIds, CancellationToken cancellationToken)
    {
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
    /// Ends the instance of an execution, and those of its slices, and forgets them. One whose history cannot be read does not hear
    /// that it is to end: it is forgotten as it is.
    /// </summary>
    /// <exception cref="TimeoutException">One has not ended in half a minute, and the task hub does not forget it either.</exception>
    public async Task EndAsync(string executionId, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> ids = [.. await ListSlicesAsync(executionId, s_unended, cancellationToken), executionId];
        foreach (var id in ids)
            await TerminateAsync(id, cancellationToken);
        foreach (var id in ids)
        {
            if (await FindUnendedAsync(id, cancellationToken) is { } unended)
                await ForgetUnendedAsync(unended, cancellationToken);
            else
                await client.PurgeInstanceAsync(id, cancellation: cancellationToken);
        }
    }

    /// <summary>
    /// Forgets an instance that does not end. By its id the host purges only what has ended, but by the time at which it was created,
    /// whatever there is. That time is exact to 100 ns; another instance of that very moment is found lost, and begun anew from the record.
    /// </summary>
    private async Task ForgetUnendedAsync(OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        var moment = new PurgeInstancesFilter(CreatedFrom: instance.CreatedAt, CreatedTo: instance.CreatedAt);
        await client.PurgeAllInstancesAsync(moment, cancellationToken);
        if (await client.GetInstanceAsync(instance.InstanceId, cancellationToken) is { IsCompleted: false })
            throw new TimeoutException($"The instance {instance.InstanceId} does not end.");
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

    private async Task TerminateAsync(string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            await client.TerminateInstanceAsync(instanceId, cancellation: cancellationToken);
        }
        catch (RpcException exception) when (IsOfNone(exception))
        {
            // It has ended.
        }
    }

    /// <summary>The instance, if it has not ended after half a minute.</summary>
    private async Task<OrchestrationMetadata?> FindUnendedAsync(string instanceId, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false } instance)
        {
            if (!IsPatient(begun))
                return instance;
            await Task.Delay(s_interval, cancellationToken);
        }

        return null;
    }

    /// <summary>Starts an instance; true also if one runs that will see what the record says now.</summary>
    private async Task<bool> TryStartAsync(string executionId, CancellationToken cancellationToken)
    {
        try
        {
            var options = new StartOrchestrationOptions(executionId).WithDedupeStatuses(s_unended);
            await client.ScheduleNewOrchestrationInstanceAsync(WorkflowOrchestration.Name, input: null, options, cancellationToken);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return !await IsEndingAsync(executionId, cancellationToken);
        }
    }

    private async Task<bool> IsEndingAsync(string executionId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(executionId, getInputsAndOutputs: true, cancellationToken) is not { IsCompleted: false } instance
        || (instance.SerializedCustomStatus is not null && instance.ReadCustomStatusAs<string>() == DurableContext.Ending);

    private static bool IsPatient(long begun) => Stopwatch.GetElapsedTime(begun) < s_patience;

    /// <summary>Whether an instance is not there, or has ended: the host looks before it passes on what an instance is told.</summary>
    private static bool IsOfNone(RpcException exception) => exception.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition;

    /// <summary>
    /// Whether a call may go through the next time. The host answers Internal or Unknown to whatever storage did not do, such as to replace
    /// an instance that is purged at that moment; it is Unavailable while it starts.
    /// </summary>
    private static bool IsPassing(RpcException exception) =>
        exception.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Unavailable;
}
