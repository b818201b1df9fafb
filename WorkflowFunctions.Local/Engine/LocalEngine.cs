using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;

namespace WorkflowFunctions.Local.Engine;

/// <summary>
/// The engine of one machine. Of several processes on a database one leads and runs every execution; the others stand by, take
/// requests all the same, and one of them takes over when the leader is gone.
/// </summary>
internal sealed class LocalEngine(
    NpgsqlDataSource database,
    StepServices services,
    ExecutionChanges changes,
    IEnumerable<IRecurringWork> recurring,
    ILoggerFactory loggers) : BackgroundService, IEngine
{
    /// <summary>How long to wait before another try when the database is out of reach.</summary>
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger<LocalEngine>();
    private volatile LeaderTerm? _term;

    /// <summary>Whether this process leads.</summary>
    public bool IsLeading => _term is not null;

    /// <summary>Begins nothing any more, and waits for what runs, but not for too long.</summary>
    internal Task DrainAsync(TimeSpan limit) => _term?.DrainAsync(limit) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(string executionId, CancellationToken cancellationToken)
    {
        if (_term is not { } term)
            return EngineMessages.SendAsync(database, new EngineMessage(executionId), cancellationToken);
        term.Launch(executionId);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(ExecutionRow accepted, CancellationToken cancellationToken)
    {
        if (_term is not { } term)
            return StartAsync(accepted.Id, cancellationToken);
        term.Launch(accepted.Id, accepted);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken)
    {
        if (_term is not { } term)
            return EngineMessages.SendAsync(database, new EngineMessage(executionId, name, payload), cancellationToken);
        term.Raise(executionId, name, payload);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        services.Metrics.IsLeading = () => IsLeading;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LeadAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or RecordLostException or IOException or TimeoutException)
            {
                _logger.LogWarning("PostgreSQL is out of reach ({Message}); trying again", exception.Message);
                await Task.Delay(s_retryDelay, services.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LeadAsync(CancellationToken stopping)
    {
        await using var lead = await DatabaseLock.WaitAsync(database, DatabaseLock.LeadKey, stopping);
        _logger.LogInformation("This process leads");
        await using var term = new LeaderTerm(lead, database, services, this, changes, recurring, loggers, stopping);
        _term = term;
        try
        {
            await term.RunAsync();
        }
        finally
        {
            _term = null;
        }
    }
}
