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

    /// <summary>The partitions that the rows of a table call for: those of the table that is not partitioned, or of the default partition.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="source">The table with the rows.</param>
    /// <param name="taken">The names of partitions that there are.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<Partition>> ListNeededAsync(
        NpgsqlConnection connection, string source, IReadOnlyCollection<string> taken, CancellationToken cancellationToken);
}
