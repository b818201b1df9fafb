using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions;

/// <summary>Makes partitions: those of the events ahead of time, and those that rows in the default partitions call for.</summary>
internal sealed class PartitionRunner(
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
            ?? throw new MaintenanceBusyException(
                "Partitions are being made already, by another process or for another request. Try again when it is done.");
        var tables = new List<TablePartitions>();
        foreach (var partitioning in Partitionings.All(options.Value, time))
            tables.Add(await RunAsync(right.Connection, partitioning, cancellationToken));
        return new PartitionReport(tables);
    }

    private async Task<TablePartitions> RunAsync(
        NpgsqlConnection connection, IPartitioning partitioning, CancellationToken cancellationToken)
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

/// <summary>The partitions that there are, and what was made now.</summary>
/// <param name="Tables">The events, and the executions.</param>
internal sealed record PartitionReport(IReadOnlyList<TablePartitions> Tables);

/// <summary>The partitions of a table.</summary>
internal sealed record TablePartitions
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>Whether it is partitioned. One that is not is left as it is.</summary>
    public required bool IsPartitioned { get; init; }

    /// <summary>What was made.</summary>
    public IReadOnlyList<MadePartition> Made { get; init; } = [];

    /// <summary>The names of all partitions there are now.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];
}

/// <summary>A partition that was made.</summary>
/// <param name="Name">Its table: <c>workflow_execution_events_2025_q4</c>.</param>
/// <param name="Bounds">What it holds, as PostgreSQL writes it: <c>IN ('workspace-abc')</c>.</param>
/// <param name="RowsMoved">Rows of it that were in the default partition.</param>
internal sealed record MadePartition(string Name, string Bounds, long RowsMoved);

/// <summary>Partitions, every day.</summary>
internal sealed class PartitionWork(PartitionRunner partitions, IOptions<PartitionOptions> options) : IRecurringWork
{
    /// <inheritdoc/>
    public string Name => "partitions";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => partitions.RunAsync(cancellationToken);
}

/// <summary>How partitions are kept: the section <c>Partitions</c>.</summary>
internal sealed record PartitionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Partitions";

    /// <summary>For how many quarters after this one the events have partitions.</summary>
    [Range(1, 20, ErrorMessage = "Partitions:QuartersAhead must be from 1 to 20.")]
    public int QuartersAhead { get; set; } = 2;

    /// <summary>How many executions a workspace has before it gets a partition of its own, where executions are partitioned.</summary>
    [Range(1, long.MaxValue, ErrorMessage = "Partitions:MajorWorkspaceRows must be 1 or more.")]
    public long MajorWorkspaceRows { get; set; } = 100_000;

    /// <summary>When partitions are made, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "0 1 * * *";
}
