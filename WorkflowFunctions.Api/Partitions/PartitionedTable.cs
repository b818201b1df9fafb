using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions;

/// <summary>The partitions of a table; the default one takes the rows that no other takes.</summary>
internal sealed class PartitionedTable(NpgsqlConnection connection, string table)
{
    /// <summary>The name of the default partition.</summary>
    public string Default => $"{table}_default";

    /// <summary>Whether the table is partitioned.</summary>
    public Task<bool> IsPartitionedAsync(CancellationToken cancellationToken) => connection.ExecuteScalarAsync<bool>(new CommandDefinition(
        "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(@table)", new { table }, cancellationToken: cancellationToken));

    /// <summary>The names of the partitions.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<string>("partitions.list", new { table }, cancellationToken)];

    /// <summary>Makes the default partition, so that rows never have nowhere to go.</summary>
    public Task MakeDefaultAsync(CancellationToken cancellationToken) => connection.ExecuteAsync(new CommandDefinition(
        $"CREATE TABLE {Default} PARTITION OF {table} DEFAULT", cancellationToken: cancellationToken));

    /// <summary>Makes a partition, and moves into it the rows that are in the default one.</summary>
    /// <returns>How many rows moved.</returns>
    public async Task<long> MakeAsync(Partition partition, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // No row of it may come into the default partition between the move and the end. What executions need is locked last, by
        // attaching, and only for as long as that takes.
        await ExecuteAsync(
            $"""
            CREATE TABLE {partition.Name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
            LOCK TABLE ONLY {table} IN SHARE UPDATE EXCLUSIVE MODE;
            LOCK TABLE {Default} IN ACCESS EXCLUSIVE MODE;
            """);
        var rows = await ExecuteAsync(
            $"""
            WITH moved AS (DELETE FROM {Default} WHERE {partition.Condition} RETURNING *)
            INSERT INTO {partition.Name} SELECT * FROM moved
            """);
        await ExecuteAsync($"ALTER TABLE {table} ATTACH PARTITION {partition.Name} FOR VALUES {partition.Bounds}");
        await transaction.CommitAsync(cancellationToken);
        return rows;

        Task<int> ExecuteAsync(string sql) =>
            connection.ExecuteAsync(new CommandDefinition(sql, null, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
    }
}
