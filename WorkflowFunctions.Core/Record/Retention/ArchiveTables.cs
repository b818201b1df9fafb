using Dapper;
using Npgsql;

namespace WorkflowFunctions.Record.Retention;

/// <summary>
/// The archive: a table for each table and quarter of <c>created_at</c>, made when its first row comes. It has the columns of the
/// live table and no constraint, so that nothing keeps a row from being archived. A row moves in one statement.
/// </summary>
internal sealed class ArchiveTables(NpgsqlConnection connection)
{
    /// <summary>A batch takes as long as its executions are big.</summary>
    private const int NoTimeout = 0;

    /// <summary>Moves what belongs to executions, in a transaction that holds them.</summary>
    /// <param name="table">From where.</param>
    /// <param name="ids">The executions.</param>
    /// <param name="now">Stands for a missing <c>created_at</c>.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Stops the wait; the transaction is lost then.</param>
    /// <returns>How many rows went into the archive of which quarter.</returns>
    public async Task<IReadOnlyList<(Quarter Quarter, long Rows)>> MoveOfAsync(
        RetainedTable table, string[] ids, DateTimeOffset now, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        const string QuarterOfRow = "date_trunc('quarter', COALESCE(created_at, @now), 'UTC')";
        var moved = new List<(Quarter, long)>();
        var starts = await connection.QueryAsync<DateTime>(new CommandDefinition(
            $"SELECT DISTINCT {QuarterOfRow} FROM {table.Name} WHERE {table.ExecutionColumn} = ANY (@ids)",
            new { ids, now },
            transaction,
            NoTimeout,
            cancellationToken: cancellationToken));
        foreach (var start in starts)
        {
            var quarter = Quarter.Of(new DateTimeOffset(start, TimeSpan.Zero));
            var columns = await PrepareAsync(table, quarter, transaction, cancellationToken);
            var rows = await connection.ExecuteAsync(new CommandDefinition(
                $"""
                WITH gone AS (
                    DELETE FROM {table.Name}
                    WHERE {table.ExecutionColumn} = ANY (@ids) AND {QuarterOfRow} = @start
                    RETURNING {columns}
                )
                INSERT INTO {table.ArchiveOf(quarter)} ({columns}) SELECT {columns} FROM gone
                """,
                new { ids, now, start },
                transaction,
                NoTimeout,
                cancellationToken: cancellationToken));
            moved.Add((quarter, rows));
        }

        return moved;
    }

    /// <summary>Moves rows of an age, oldest first, whatever execution they belong to.</summary>
    /// <param name="table">From where; its key is <c>id</c>.</param>
    /// <param name="quarter">The quarter that they are all of.</param>
    /// <param name="from">The age of the first that may go.</param>
    /// <param name="to">The age of the first that stays.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Stops the wait; the transaction is lost then.</param>
    /// <returns>How many went, and the age of the last.</returns>
    public async Task<(long Rows, DateTime? Last)> MoveAgedAsync(
        RetainedTable table, Quarter quarter, DateTimeOffset from, DateTimeOffset to, int limit, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var columns = await PrepareAsync(table, quarter, transaction, cancellationToken);
        return await connection.QuerySingleAsync<(long, DateTime?)>(new CommandDefinition(
            $"""
            WITH gone AS (
                DELETE FROM {table.Name} WHERE created_at >= @from AND created_at < @to AND id = ANY (ARRAY(
                    SELECT id FROM {table.Name}
                    WHERE created_at >= @from AND created_at < @to
                    ORDER BY created_at
                    LIMIT @limit
                    FOR UPDATE SKIP LOCKED))
                RETURNING {columns}
            ),
            moved AS (
                INSERT INTO {table.ArchiveOf(quarter)} ({columns}) SELECT {columns} FROM gone RETURNING created_at
            )
            SELECT count(*), max(created_at) FROM moved
            """,
            new { from, to, limit },
            transaction,
            NoTimeout,
            cancellationToken: cancellationToken));
    }

    /// <summary>Makes the archive, and gives it the columns that the live table has got meanwhile.</summary>
    /// <returns>The columns of the live table, for a list.</returns>
    private async Task<string> PrepareAsync(
        RetainedTable table, Quarter quarter, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var archive = table.ArchiveOf(quarter);
        // Held against a migration, whose new column would otherwise be left behind.
        var read = $"LOCK TABLE {table.Name} IN ROW EXCLUSIVE MODE; {Sql.Read("Retention.columns")}";
        List<ArchiveColumn> columns = [.. await connection.QueryAsync<ArchiveColumn>(new CommandDefinition(
            read, new { table = table.Name, archive }, transaction, cancellationToken: cancellationToken))];
        List<ArchiveColumn> missing = [.. columns.Where(column => !column.IsArchived)];
        if (missing.Count > 0)
        {
            // Without the defaults of the live table: one of them belongs to its sequence.
            var change = missing.Count == columns.Count
                ? $"""
                  CREATE TABLE {archive} AS SELECT * FROM {table.Name} WITH NO DATA;
                  CREATE INDEX ON {archive} ({table.ExecutionColumn})
                  """
                : $"ALTER TABLE {archive} {string.Join(", ", missing.Select(column => $"ADD COLUMN {column.Name} {column.Type}"))}";
            await connection.ExecuteAsync(new CommandDefinition(change, null, transaction, cancellationToken: cancellationToken));
        }

        return string.Join(", ", columns.Select(column => column.Name));
    }

    private sealed record ArchiveColumn(string Name, string Type, bool IsArchived);
}
