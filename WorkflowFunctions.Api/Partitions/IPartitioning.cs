using Npgsql;

namespace WorkflowFunctions.Api.Partitions;

/// <summary>How a table is partitioned.</summary>
internal interface IPartitioning
{
    /// <summary>The table.</summary>
    string Table { get; }

    /// <summary>The column that says in which partition a row is.</summary>
    string Key { get; }

    /// <summary>What follows <c>PARTITION BY</c>.</summary>
    string Method { get; }

    /// <summary>What the key is for a row that does not have one; null if every row has to.</summary>
    string? KeyOtherwise { get; }

    /// <summary>Which rows are where, for people.</summary>
    string Description { get; }

    /// <summary>The partitions that are to be there whatever the rows are.</summary>
    IEnumerable<Partition> Ahead { get; }

    /// <summary>
    /// The partitions that the rows of a table call for: those of the table that is not partitioned, or of the default partition.
    /// </summary>
    /// <param name="connection">The database.</param>
    /// <param name="source">The table with the rows.</param>
    /// <param name="taken">The names of partitions that there are.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<Partition>> ListNeededAsync(
        NpgsqlConnection connection, string source, IReadOnlyCollection<string> taken, CancellationToken cancellationToken);
}

/// <summary>A partition to be made.</summary>
/// <param name="Name">Its table: <c>workflow_execution_events_2025_q4</c>.</param>
/// <param name="Bounds">What follows <c>FOR VALUES</c>.</param>
/// <param name="Condition">The same as a condition on rows.</param>
internal sealed record Partition(string Name, string Bounds, string Condition);

/// <summary>The tables that may be partitioned.</summary>
internal static class Partitionings
{
    /// <summary>All of them, as they are configured.</summary>
    public static IReadOnlyList<IPartitioning> All(PartitionOptions options, TimeProvider time) =>
        [new EventPartitioning(time.GetUtcNow(), options.QuartersAhead), new ExecutionPartitioning(options.MajorWorkspaceRows)];
}
