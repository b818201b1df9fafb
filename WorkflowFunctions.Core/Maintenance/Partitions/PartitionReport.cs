namespace WorkflowFunctions.Maintenance.Partitions;

/// <summary>The partitions of the events, and what was made now.</summary>
public sealed record PartitionReport
{
    /// <summary>The partitioned table.</summary>
    public required string Table { get; init; }

    /// <summary>Whether it is partitioned. One that was there before this system came is not, and is left as it is.</summary>
    public required bool IsPartitioned { get; init; }

    /// <summary>What was made.</summary>
    public IReadOnlyList<MadePartition> Made { get; init; } = [];

    /// <summary>The names of all partitions there are now.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];
}

/// <summary>A partition that was made.</summary>
/// <param name="Name">The table: <c>workflow_execution_events_2025_q4</c>.</param>
/// <param name="From">The first moment that it holds.</param>
/// <param name="To">The first moment after it.</param>
/// <param name="RowsMoved">Rows of that time that were in the default partition.</param>
public sealed record MadePartition(string Name, DateTimeOffset From, DateTimeOffset To, long RowsMoved);
