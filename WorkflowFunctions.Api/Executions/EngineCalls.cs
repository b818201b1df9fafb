using Microsoft.Extensions.Logging;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Executions;

/// <summary>
/// Tells the engine of what has been committed. A call that fails fails no request: the record is enough, and the engine finds
/// it there by itself. Nor does a client that has gone away stop it.
/// </summary>
internal sealed class EngineCalls(IEngine engine, ILogger<EngineCalls> logger)
{
    /// <summary>An execution was accepted just now, and is to run.</summary>
    public Task StartAsync(ExecutionRow accepted) => TryAsync(accepted.Id, () => engine.StartAsync(accepted, CancellationToken.None));

    /// <summary>An execution is to run.</summary>
    public Task StartAsync(string executionId) => TryAsync(executionId, () => engine.StartAsync(executionId, CancellationToken.None));

    /// <summary>The status of an execution has changed, and of those that it has started.</summary>
    public async Task StatusChangedAsync(StatusChange change)
    {
        foreach (var id in change.Relatives.Prepend(change.Row.Id))
            await TryAsync(id, () => engine.SignalAsync(id, EngineSignals.StatusChanged, null, CancellationToken.None));
    }

    /// <summary>A signal that nodes may wait for is in the record.</summary>
    public Task SignalledAsync(string executionId, string name) =>
        TryAsync(executionId, () => engine.SignalAsync(executionId, EngineSignals.NodePrefix + name, null, CancellationToken.None));

    private async Task TryAsync(string executionId, Func<Task> call)
    {
        try
        {
            // The engine works for all workspaces, and goes on when the request has long ended.
            await Confinement.RunAsync(null, call);
        }
        catch (Exception exception)
        {
            logger.LogWarning(
                exception.ForLog(), "The engine could not be told of execution {ExecutionId}; it will find it in the record", executionId);
        }
    }
}
