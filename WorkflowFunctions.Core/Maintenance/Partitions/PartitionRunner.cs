using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Partitions;

namespace WorkflowFunctions.Maintenance.Partitions;

/// <summary>Makes the partitions of the events ahead of time, and those of rows that had none.</summary>
public sealed class PartitionRunner(
    NpgsqlDataSource database, IOptions<PartitionOptions> options, TimeProvider time, ILogger<PartitionRunner> logger)
{
    /// <summary>Any number that nothing else in the database locks.</summary>
    private const long LockKey = 0x57F0_0004;

    /// <summary>Makes what is missing.</summary>
    /// <param name="cancellationToken">Ends the run; partitions that are made stay.</param>
    /// <exception cref="MaintenanceBusyException">Another process does it.</exception>
    /// <exception cref="NpgsqlException">
    /// PostgreSQL is out of reach, or someone keeps the events locked for more than five seconds.
    /// </exception>
    public async Task<PartitionReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var right = await DatabaseLock.TryAcquireAsync(database, LockKey, cancellationToken)
            ?? throw new MaintenanceBusyException("Partitions are being made already, by another process or for another request. Try again when it is done.");
        var partitions = new EventPartitions(right.Connection);
        if (!await partitions.IsPartitionedAsync(cancellationToken))
            return new PartitionReport { Table = EventPartitions.Table, IsPartitioned = false };

        var there = await partitions.ListAsync(cancellationToken);
        if (!EventPartitions.HasDefault(there))
            await partitions.MakeDefaultAsync(cancellationToken);
        var made = new List<MadePartition>();
        foreach (var quarter in Ahead().Concat(await partitions.ListStrayAsync(cancellationToken)).Distinct())
        {
            if (there.Contains(EventPartitions.Of(quarter)))
                continue;
            var rows = await partitions.MakeAsync(quarter, cancellationToken);
            made.Add(new MadePartition(EventPartitions.Of(quarter), quarter.Start, quarter.End, rows));
            logger.LogInformation("Made the partition {Partition}; {Rows} rows moved into it", EventPartitions.Of(quarter), rows);
        }

        return new PartitionReport
        {
            Table = EventPartitions.Table,
            IsPartitioned = true,
            Made = made,
            Partitions = await partitions.ListAsync(cancellationToken),
        };
    }

    private IEnumerable<Quarter> Ahead()
    {
        var quarter = Quarter.Of(time.GetUtcNow());
        for (var i = 0; i <= options.Value.QuartersAhead; i++, quarter = quarter.Next)
            yield return quarter;
    }
}
