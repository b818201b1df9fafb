using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions;

/// <summary>Makes partitions: those of the events ahead of time, and those that rows in the default partitions call for.</summary>
public sealed class PartitionRunner(
    NpgsqlDataSource database, IOptions<PartitionOptions> options, TimeProvider time, ILogger<PartitionRunner> logger)
{
    /// <summary>Makes what is missing.</summary>
    /// <param name="cancellationToken">Ends the run; partitions that are made stay.</param>
    /// <exception cref="MaintenanceBusyException">Another process does it.</exception>
    /// <exception cref="NpgsqlException">
    /// PostgreSQL is out of reach, or someone keeps a table locked for more than five seconds.
    /// </exception>
    public async Task<PartitionReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var right = await DatabaseLock.TryAcquireAsync(database, MaintenanceLocks.Partitions, cancellationToken)
            ?? throw new MaintenanceBusyException("Partitions are being made already, by another process or for another request. Try again when it is done.");
        var tables = new List<TablePartitions>();
        foreach (var partitioning in Partitionings.All(options.Value, time))
            tables.Add(await RunAsync(right.Connection, partitioning, cancellationToken));
        return new PartitionReport(tables);
    }

    private async Task<TablePartitions> RunAsync(NpgsqlConnection connection, IPartitioning partitioning, CancellationToken cancellationToken)
    {
        var table = new PartitionedTable(connection, partitioning.Table);
        if (!await table.IsPartitionedAsync(cancellationToken))
            return new TablePartitions { Table = partitioning.Table, IsPartitioned = false };

        var there = await table.ListAsync(cancellationToken);
        if (!there.Contains(table.Default))
            await table.MakeDefaultAsync(cancellationToken);
        var needed = await partitioning.ListNeededAsync(connection, table.Default, there, cancellationToken);
        var made = new List<MadePartition>();
        foreach (var partition in partitioning.Ahead.Where(partition => !there.Contains(partition.Name)).Union(needed))
        {
            var rows = await table.MakeAsync(partition, cancellationToken);
            made.Add(new MadePartition(partition.Name, partition.Bounds, rows));
            logger.LogInformation("Made the partition {Partition}; {Rows} rows moved into it", partition.Name, rows);
        }

        return new TablePartitions
        {
            Table = partitioning.Table,
            IsPartitioned = true,
            Made = made,
            Partitions = await table.ListAsync(cancellationToken),
        };
    }
}
