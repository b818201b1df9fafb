using System.Globalization;
using Dapper;
using Npgsql;

namespace WorkflowFunctions.Record.Partitions;

/// <summary>The partitions of <c>workflow_execution_events</c>: one a quarter, and the default one for all other times.</summary>
internal sealed class EventPartitions(NpgsqlConnection connection)
{
    public const string Table = "workflow_execution_events";

    private const string Default = $"{Table}_default";

    /// <summary>The partition of a quarter (schema document): <c>workflow_execution_events_2025_q4</c>.</summary>
    public static string Of(Quarter quarter) => $"{Table}_{quarter}";

    /// <summary>Whether the table is partitioned: one that was there before this system came is not.</summary>
    public Task<bool> IsPartitionedAsync(CancellationToken cancellationToken) => connection.ExecuteScalarAsync<bool>(new CommandDefinition(
        "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(@Table)", new { Table }, cancellationToken: cancellationToken));

    /// <summary>The names of the partitions.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<string>(new CommandDefinition(Sql.Read("Partitions.list"), cancellationToken: cancellationToken))];

    /// <summary>Makes the default partition, so that rows never have nowhere to go.</summary>
    public Task MakeDefaultAsync(CancellationToken cancellationToken) => connection.ExecuteAsync(new CommandDefinition(
        $"CREATE TABLE {Default} PARTITION OF {Table} DEFAULT", cancellationToken: cancellationToken));

    /// <summary>Whether the default partition is one of those.</summary>
    public static bool HasDefault(IReadOnlyList<string> partitions) => partitions.Contains(Default);

    /// <summary>The quarters of which rows are in the default partition.</summary>
    public async Task<IReadOnlyList<Quarter>> ListStrayAsync(CancellationToken cancellationToken)
    {
        var starts = await connection.QueryAsync<DateTime>(new CommandDefinition(
            Sql.Read("Partitions.stray"), commandTimeout: 0, cancellationToken: cancellationToken));
        return [.. starts.Select(start => Quarter.Of(new DateTimeOffset(start, TimeSpan.Zero)))];
    }

    /// <summary>Makes the partition of a quarter, and moves into it the rows of that quarter that are in the default one.</summary>
    /// <returns>How many rows moved.</returns>
    public async Task<long> MakeAsync(Quarter quarter, CancellationToken cancellationToken)
    {
        var name = Of(quarter);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // No row of the quarter may come into the default partition between the move and the end. What executions need is
        // locked last, by attaching, and only for as long as that takes.
        await ExecuteAsync(
            $"""
            CREATE TABLE {name} (LIKE {Table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
            LOCK TABLE ONLY {Table} IN SHARE UPDATE EXCLUSIVE MODE;
            LOCK TABLE {Default} IN ACCESS EXCLUSIVE MODE;
            """,
            null);
        var rows = await ExecuteAsync(
            $"""
            WITH moved AS (DELETE FROM {Default} WHERE created_at >= @start AND created_at < @end RETURNING *)
            INSERT INTO {name} SELECT * FROM moved
            """,
            new { start = quarter.Start, end = quarter.End });
        await ExecuteAsync($"ALTER TABLE {Table} ATTACH PARTITION {name} FOR VALUES FROM ('{Bound(quarter.Start)}') TO ('{Bound(quarter.End)}')", null);
        await transaction.CommitAsync(cancellationToken);
        return rows;

        Task<int> ExecuteAsync(string sql, object? parameters) =>
            connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    /// <summary>A bound is part of a definition, which takes no parameters.</summary>
    private static string Bound(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'+00'", CultureInfo.InvariantCulture);
}
