using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using WorkflowFunctions.Orchestration;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>The instances of the orchestrator, by the ids of their executions.</summary>
/// <param name="client">The client that a function is given.</param>
internal sealed class WorkflowInstances(DurableTaskClient client)
{
    private static readonly TimeSpan s_endingInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_endingPatience = TimeSpan.FromSeconds(30);

    /// <summary>Starts the instance of an execution; harmless if it runs.</summary>
    /// <remarks>
    /// An instance that has looked at the record for the last time will not see what has changed since: its end is waited for.
    /// </remarks>
    public async Task StartAsync(string executionId, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions(executionId).WithDedupeStatuses(
            OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
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
    public async Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(executionId, cancellationToken) is { IsCompleted: false })
            await client.RaiseEventAsync(executionId, name, payload, cancellationToken);
        else
            await StartAsync(executionId, cancellationToken);
    }

    /// <summary>The executions whose instance has not ended.</summary>
    public async Task<IReadOnlyList<string>> ListRunningAsync(CancellationToken cancellationToken)
    {
        var running = new OrchestrationQuery
        {
            Statuses = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended],
        };
        return await client.GetAllInstancesAsync(running).Select(instance => instance.InstanceId).ToListAsync(cancellationToken);
    }

    /// <summary>Forgets instances that have ended and were begun before a time: the record has all that was in them.</summary>
    /// <returns>How many were forgotten.</returns>
    public async Task<int> PurgeAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken)
    {
        var ended = new PurgeInstancesFilter(
            CreatedFrom: DateTimeOffset.UnixEpoch,
            CreatedTo: begunBefore,
            [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated]);
        return (await client.PurgeAllInstancesAsync(ended, cancellationToken)).PurgedInstanceCount;
    }

    private async Task<bool> IsEndingAsync(string executionId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(executionId, getInputsAndOutputs: true, cancellationToken) is not { IsCompleted: false } instance
        || (instance.SerializedCustomStatus is not null && instance.ReadCustomStatusAs<string>() == DurableContext.Ending);
}
