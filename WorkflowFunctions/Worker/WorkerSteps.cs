using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;

namespace WorkflowFunctions.Durable.Worker;

/// <summary>
/// The steps of this worker process. They write through one session of PostgreSQL, which is opened with the first step and
/// anew when it is lost; a step that was under way then fails, and Durable Task delivers it again.
/// </summary>
public sealed class WorkerSteps(NpgsqlDataSource database, StepServices services, IEngine engine, ExecutionChanges changes, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private volatile WorkerSession? _session;

    /// <summary>Runs a step.</summary>
    public async Task<TOutput> RunAsync<TInput, TOutput>(Step<TInput, TOutput> step, TInput input, CancellationToken cancellationToken) =>
        await (await SessionAsync(cancellationToken)).Steps.RunAsync(step, input, cancellationToken);

    /// <summary>Stops the nodes of an execution that run in this process.</summary>
    public void Cancel(string executionId) => _session?.Steps.Cancel(executionId);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync();
        _opening.Dispose();
    }

    private async ValueTask<WorkerSession> SessionAsync(CancellationToken cancellationToken)
    {
        if (_session is { IsOpen: true } session)
            return session;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_session is { IsOpen: true } opened)
                return opened;
            if (_session is not null)
                await _session.DisposeAsync();
            return _session = await WorkerSession.OpenAsync(database, services, engine, changes, loggers, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }
}
