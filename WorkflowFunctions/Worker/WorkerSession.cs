using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;

namespace WorkflowFunctions.Durable.Worker;

/// <summary>A session of PostgreSQL that this worker writes and claims nodes through, and the steps over it.</summary>
internal sealed class WorkerSession : IAsyncDisposable
{
    private readonly DatabaseLock _lead;
    private readonly RecordWriter _writer;

    private WorkerSession(DatabaseLock lead, StepServices services, IEngine engine, ExecutionChanges changes, ILoggerFactory loggers)
    {
        _lead = lead;
        _writer = new RecordWriter(
            lead.Connection, $"worker-{Environment.MachineName}-{Environment.ProcessId}", changes, loggers.CreateLogger<RecordWriter>(),
            services.Metrics);
        Steps = new WorkflowSteps(services, engine, _writer, loggers.CreateLogger<WorkflowSteps>(), RecordAccess.Shared);
    }

    /// <summary>The steps.</summary>
    public WorkflowSteps Steps { get; }

    /// <summary>Whether the session can still write.</summary>
    public bool IsOpen => !_writer.Completion.IsCompleted;

    /// <summary>
    /// Opens a session. The workers hold the lead together: they run nothing while a server of one machine (the Local engine)
    /// runs on the same database, nor does one take over while a worker lives.
    /// </summary>
    public static async Task<WorkerSession> OpenAsync(
        NpgsqlDataSource database,
        StepServices services,
        IEngine engine,
        ExecutionChanges changes,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var lead = await DatabaseLock.WaitSharedAsync(database, DatabaseLock.LeadKey, cancellationToken);
        // A worker that vanished with its machine says no goodbye: the server finds out in half a minute, not in two hours.
        await using (var keepAlive = new NpgsqlCommand(
            "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3", lead.Connection))
        {
            await keepAlive.ExecuteNonQueryAsync(cancellationToken);
        }

        return new WorkerSession(lead, services, engine, changes, loggers);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _lead.DisposeAsync();
    }
}
