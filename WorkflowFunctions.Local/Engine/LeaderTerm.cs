using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Limits;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;

namespace WorkflowFunctions.Local.Engine;

/// <summary>
/// The time for which this process leads: it runs the orchestration of every unfinished execution, and the recurring work.
/// </summary>
internal sealed class LeaderTerm : IAsyncDisposable
{
    /// <summary>How often the record is searched for executions that nobody has told of, or whose orchestration has failed.</summary>
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(5);

    /// <summary>How many executions one search launches.</summary>
    private const int SweepLimit = 500;

    private static readonly Func<ILogger, string, IDisposable?> s_scope = LoggerMessage.DefineScope<string>("execution {ExecutionId}");

    private readonly NpgsqlDataSource _database;
    private readonly ExecutionStore _executions;
    private readonly RecordWriter _writer;
    private readonly WorkflowSteps _steps;
    private readonly RecurringRuns _recurring;
    private readonly SignalStore _signals;
    private readonly RunLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationToken _stopping;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LocalOrchestration> _orchestrations = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _runs = [];
    private readonly RunningSteps _running = new();
    private Task _watching = Task.CompletedTask;

    public LeaderTerm(
        DatabaseLock lead,
        NpgsqlDataSource database,
        StepServices services,
        IEngine engine,
        ExecutionChanges changes,
        IEnumerable<IRecurringWork> recurring,
        ILoggerFactory loggers,
        CancellationToken stopping)
    {
        (_database, _executions, _signals, _limits, _time) = (
            database, services.Executions, services.Signals, services.Limits, services.Time);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _stopping = _ending.Token;
        _logger = loggers.CreateLogger<LeaderTerm>();
        _writer = new RecordWriter(
            lead.Connection, $"worker-{Environment.MachineName}-{Environment.ProcessId}", changes, loggers.CreateLogger<RecordWriter>(),
            services.Metrics);
        _steps = new WorkflowSteps(services, engine, _writer, loggers.CreateLogger<WorkflowSteps>());
        _recurring = new RecurringRuns(recurring, _time, loggers.CreateLogger<RecurringRuns>(), _stopping);
    }

    /// <summary>Leads until it is stopped or the connection is lost.</summary>
    public async Task RunAsync()
    {
        var (sweeping, listening) = (SweepAsync(_stopping), ListenAsync(_stopping));
        _watching = Task.WhenAll(sweeping, listening);
        await await Task.WhenAny(_writer.Completion, sweeping, listening);
    }

    /// <summary>Stops what runs; when it returns, nothing of this term does or writes anything any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await RunningAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _recurring.Completion;
        await _writer.DisposeAsync();
        _ending.Dispose();
    }

    /// <summary>
    /// Begins nothing any more, and waits until nothing runs, but not for too long: what runs then is left to the next leader.
    /// </summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        var drained = _running.CloseAsync();
        _steps.Close();
        if (!drained.IsCompleted)
            _logger.LogInformation("{Count} steps are running; they have {Seconds} seconds to finish", _running.Count, limit.TotalSeconds);
        await drained.WaitAsync(limit, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!drained.IsCompleted)
            _logger.LogWarning("{Count} steps have not finished in time; the next leader runs them again", _running.Count);
    }

    /// <summary>Runs the orchestration of an execution; one that runs is run once more when it ends.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="accepted">Its row if it was accepted just now.</param>
    public void Launch(string executionId, ExecutionRow? accepted = null)
    {
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested || _running.IsClosed)
                return;
            if (_orchestrations.TryGetValue(executionId, out var running))
            {
                running.RunsAgain = true;
                return;
            }

            var orchestration = new LocalOrchestration(executionId, _steps, _running, _time, _stopping);
            _orchestrations[executionId] = orchestration;
            if (accepted is not null)
                _steps.Expect(accepted);
            var run = Task.Run(() => RunAsync(orchestration), CancellationToken.None);
            _runs.Add(run);
            _ = run.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Raises a signal for an execution, and launches it if it does not run: the record says what to do about it.</summary>
    public void Raise(string executionId, string name, string? payload)
    {
        lock (_lock)
        {
            if (_orchestrations.TryGetValue(executionId, out var orchestration))
                orchestration.Raise(name, payload);
            else
                Launch(executionId);
        }

        if (name == EngineSignals.StatusChanged)
            _ = StopIfCancelledAsync(executionId);
    }

    private async Task RunAsync(LocalOrchestration orchestration)
    {
        using var scope = s_scope(_logger, orchestration.ExecutionId);
        do
        {
            using var span = ExecutionTrace.StartRun(orchestration.ExecutionId);
            orchestration.Begin();
            try
            {
                await WorkflowOrchestration.RunAsync(orchestration);
            }
            catch (Exception exception)
                when (_stopping.IsCancellationRequested
                    || exception.GetBaseException() is RecordLostException or OperationCanceledException)
            {
                _logger.LogDebug("Execution {ExecutionId} is left to the record", orchestration.ExecutionId);
                orchestration.RunsAgain = false;
            }
            catch (Exception exception)
            {
                // The next search of the record launches it again.
                _logger.LogError(exception.ForLog(), "The orchestration of execution {ExecutionId} failed", orchestration.ExecutionId);
                orchestration.RunsAgain = false;
            }
        }
        while (!IsOver(orchestration));
    }

    private bool IsOver(LocalOrchestration orchestration)
    {
        lock (_lock)
        {
            // A signal that came as the orchestration ended is for the next one.
            if (orchestration.RunsAgain || (orchestration.HasUntaken && !_stopping.IsCancellationRequested))
                return false;
            // Under the lock: what a launch right after this one keeps in memory must not be forgotten with it.
            _steps.Forget(orchestration.ExecutionId);
            _orchestrations.Remove(orchestration.ExecutionId);
            return true;
        }
    }

    private void Forget(Task run)
    {
        lock (_lock)
            _runs.Remove(run);
    }

    private Task RunningAsync()
    {
        lock (_lock)
            return Task.WhenAll(_runs.ToArray());
    }

    private async Task SweepAsync(CancellationToken ending)
    {
        using var timer = new PeriodicTimer(s_sweepInterval, _time);
        do
        {
            string[] known;
            lock (_lock)
                known = [.. _orchestrations.Keys];
            var staleBefore = _limits.StaleBefore(_time.GetUtcNow());
            foreach (var executionId in await _executions.ListUnfinishedAsync(
                known, SweepLimit, _limits.ExecutionsPerWorkspace, staleBefore, _limits.RunsInserted, ending))
            {
                Launch(executionId);
            }

            foreach (var (executionId, name) in await _signals.ListPendingAsync(SweepLimit, ending))
                Raise(executionId, EngineSignals.NodePrefix + name, null);
        }
        while (await timer.WaitForNextTickAsync(ending));
    }

    private Task ListenAsync(CancellationToken ending) => EngineMessages.ReceiveAsync(
        _database,
        message =>
        {
            if (message.Signal is null)
                Launch(message.ExecutionId);
            else
                Raise(message.ExecutionId, message.Signal, message.Payload);
        },
        _logger,
        ending);

    private async Task StopIfCancelledAsync(string executionId)
    {
        try
        {
            if (await _executions.FindAsync(executionId, _stopping) is { Status: ExecutionStatus.Cancelled })
                _steps.Cancel(executionId);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            _logger.LogDebug(exception, "Execution {ExecutionId} could not be looked at", executionId);
        }
    }
}
