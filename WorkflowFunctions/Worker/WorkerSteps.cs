using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Durable.Hosting;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;

namespace WorkflowFunctions.Durable.Worker;

/// <summary>
/// The steps of this worker process. They write through one session of PostgreSQL, which is opened with the first step and
/// anew when it is lost; a step that was under way then fails, and Durable Task delivers it again. When the worker stops, those that run
/// may finish; what does not in the host's time (<see cref="HostOptions.ShutdownTimeout"/>) is cancelled, and delivered to another worker.
/// </summary>
internal sealed class WorkerSteps(
    NpgsqlDataSource database,
    SchemaSetup schema,
    StepServices services,
    IEngine engine,
    ExecutionChanges changes,
    ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<WorkerSteps>();
    private readonly SemaphoreSlim _opening = new(1);
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _drained;
    private int _running;
    private volatile WorkerSession? _session;

    /// <summary>Runs a step.</summary>
    /// <exception cref="OperationCanceledException">The worker stops: the step is to be run by another one.</exception>
    public async Task<TOutput> RunAsync<TInput, TOutput>(Step<TInput, TOutput> step, TInput input, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The host cancels what it has called as soon as it stops. A node that runs may finish as long as the worker lives.
            return await (await SessionAsync(_givingUp.Token)).Steps.RunAsync(step, input, _givingUp.Token);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Stops the nodes of an execution that run in this process.</summary>
    public void Cancel(string executionId) => _session?.Steps.Cancel(executionId);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Begins no step any more, and lets those finish that run.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var drained = Close();
        _session?.Steps.Close();
        if (!drained.IsCompleted)
            _logger.LogInformation("The worker stops; {Count} steps are running and may finish", _running);
        await drained.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!drained.IsCompleted)
            _logger.LogWarning("{Count} steps have not finished in time; another worker runs them again", _running);
        await _givingUp.CancelAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ = Close();
        await _givingUp.CancelAsync();
        if (_session is not null)
            await _session.DisposeAsync();
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (_drained is not null)
                throw new OperationCanceledException("The worker is stopping.");
            _running++;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_running == 0)
                _drained?.TrySetResult();
        }
    }

    private Task Close()
    {
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running == 0)
                _drained.TrySetResult();
            return _drained.Task;
        }
    }

    private async ValueTask<WorkerSession> SessionAsync(CancellationToken cancellationToken)
    {
        if (_session is { IsOpen: true } session)
            return session;
        await schema.Done.WaitAsync(cancellationToken);
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
