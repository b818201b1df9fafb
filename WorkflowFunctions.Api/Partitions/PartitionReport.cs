namespace WorkflowFunctions.Api.Partitions;

/// <summary>The partitions that there are, and what was made now.</summary>
/// <param name="Tables">The events, and the executions.</param>
public sealed record PartitionReport(IReadOnlyList<TablePartitions> Tables);

/// <summary>The partitions of a table.</summary>
public sealed record TablePartitions
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
public sealed record MadePartition(string Name, string Bounds, long RowsMoved);
