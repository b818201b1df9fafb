using Microsoft.Extensions.Logging;
using WorkflowFunctions.Orchestration;

namespace WorkflowFunctions.Api.Executions;

/// <summary>
/// Tells the engine of what has been committed. A call that fails fails no request: the record is enough, and the engine finds
/// it there by itself. Nor does a client that has gone away stop it.
/// </summary>
internal sealed class EngineCalls(IEngine engine, ILogger<EngineCalls> logger)
{
    /// <summary>An execution is to run.</summary>
    public Task StartAsync(string executionId) => TryAsync(executionId, () => engine.StartAsync(executionId, CancellationToken.None));

    /// <summary>The status of an execution has changed.</summary>
    public Task StatusChangedAsync(string executionId) =>
        TryAsync(executionId, () => engine.SignalAsync(executionId, Signals.StatusChanged, null, CancellationToken.None));

    private async Task TryAsync(string executionId, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "The engine could not be told of execution {ExecutionId}; it will find it in the record", executionId);
        }
    }
}
