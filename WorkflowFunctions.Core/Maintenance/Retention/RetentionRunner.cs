using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Record;

namespace WorkflowFunctions.Maintenance.Retention;

/// <summary>
/// Keeps the tables small: rows that have stayed long enough go to archive tables by quarter, and are deleted where they were,
/// in one transaction a batch. Ended whenever, each row is in exactly one place; the next run goes on.
/// </summary>
public sealed class RetentionRunner(
    NpgsqlDataSource database, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionRunner> logger)
{
    /// <summary>Any number that nothing else in the database locks.</summary>
    private const long LockKey = 0x57F0_0003;

    /// <summary>Archives and deletes what has stayed long enough.</summary>
    /// <param name="cancellationToken">Ends the run; batches that are committed stay so.</param>
    /// <exception cref="MaintenanceBusyException">Another process does it.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL is out of reach.</exception>
    public async Task<RetentionReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var right = await DatabaseLock.TryAcquireAsync(database, LockKey, cancellationToken)
            ?? throw new MaintenanceBusyException("Retention runs already, in another process or for another request. Try again when it is done.");
        var run = new RetentionRun(right.Connection, RetentionCutoffs.Of(options.Value, time.GetUtcNow()), options.Value.BatchSize);
        var report = await run.RunAsync(cancellationToken);
        logger.LogInformation("Retention archived {Rows} rows into {Tables} tables", report.TotalRows, report.Tables.Count);
        if (report.HeldCount > 0)
        {
            logger.LogWarning(
                "Retention left {Count} executions that it could not delete, such as {ExecutionId}: {Reason}",
                report.HeldCount, report.Held[0].ExecutionId, report.Held[0].Reason);
        }

        return report;
    }

    /// <summary>Counts what <see cref="RunAsync"/> would do now, and changes nothing.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL is out of reach.</exception>
    public async Task<RetentionReport> PreviewAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await new RetentionPreview(connection, RetentionCutoffs.Of(options.Value, time.GetUtcNow())).CountAsync(cancellationToken);
    }
}
