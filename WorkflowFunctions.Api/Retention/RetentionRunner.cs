using Azure;
using Azure.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Retention;

/// <summary>
/// Keeps the tables small: rows that have stayed long enough go to an archive by quarter, and are deleted where they were,
/// in one transaction a batch. Ended whenever, each row is in exactly one place; the next run goes on.
/// </summary>
internal sealed class RetentionRunner(
    NpgsqlDataSource database, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionRunner> logger)
{

    /// <summary>Archives and deletes what has stayed long enough.</summary>
    /// <param name="cancellationToken">Ends the run; batches that are committed stay so.</param>
    /// <exception cref="MaintenanceBusyException">Another process does it.</exception>
    /// <exception cref="ArchiveUnavailableException">The container of blobs cannot be used.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL is out of reach.</exception>
    public async Task<RetentionReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var right = await DatabaseLock.TryAcquireAsync(database, MaintenanceLocks.Retention, cancellationToken)
            ?? throw new MaintenanceBusyException(
                "Retention runs already, in another process or for another request. Try again when it is done.");
        var report = options.Value.Blob.IsConfigured
            ? await RunToBlobsAsync(right.Connection, cancellationToken)
            : await RunWithAsync(right.Connection, new ArchiveTables(right.Connection), cancellationToken);
        logger.LogInformation(
            "Retention archived {Rows} rows of {Tables} tables", report.TotalRows,
            report.Tables.Select(line => line.Table).Distinct().Count());
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
        return await new RetentionPreview(connection, RetentionCutoffs.Of(options.Value, time.GetUtcNow()), options.Value.Blob.IsConfigured)
            .CountAsync(cancellationToken);
    }

    private Task<RetentionReport> RunWithAsync(NpgsqlConnection connection, IArchive archive, CancellationToken cancellationToken) =>
        new RetentionRun(connection, archive, RetentionCutoffs.Of(options.Value, time.GetUtcNow()), options.Value.BatchSize)
            .RunAsync(cancellationToken);

    private async Task<RetentionReport> RunToBlobsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var container = options.Value.Blob.Open();
        var archive = new ArchiveBlobs(connection, database, container);
        try
        {
            await archive.PrepareAsync(cancellationToken);
            return await RunWithAsync(connection, archive, cancellationToken);
        }
        catch (Exception exception) when (exception is RequestFailedException or AuthenticationFailedException or AggregateException)
        {
            // The query of an address may hold a signature.
            var address = container.Uri.GetLeftPart(UriPartial.Path);
            throw new ArchiveUnavailableException(
                $"The blob container {address} cannot be used: {exception.Message.Split('\n')[0].Trim()} "
                + "No row is lost; the next run goes on. Check Retention:Blob, and that this process may write blobs there.",
                exception);
        }
    }
}

/// <summary>Retention, every day.</summary>
internal sealed class RetentionWork(RetentionRunner retention, IOptions<RetentionOptions> options) : IRecurringWork
{
    /// <inheritdoc/>
    public string Name => "retention";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => retention.RunAsync(cancellationToken);
}
