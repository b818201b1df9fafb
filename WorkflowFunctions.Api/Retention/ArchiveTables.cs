using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Retention;

/// <summary>
/// An archive in the same database: a table for each table and quarter of <c>created_at</c>, made when its first row comes. It has
/// the columns of the live table and no constraint, so that nothing keeps a row from being archived. A row moves in one statement.
/// </summary>
internal sealed class ArchiveTables(NpgsqlConnection connection) : IArchive
{
    /// <inheritdoc/>
    public async Task<TakenRows> TakeAsync(
        RetainedTable table, Quarter quarter, string condition, object parameters, NpgsqlTransaction transaction,
        CancellationToken cancellationToken)
    {
        var columns = await PrepareAsync(table, quarter, transaction, cancellationToken);
        return await connection.QuerySingleAsync<TakenRows>(new CommandDefinition(
            $"""
            WITH gone AS (
                DELETE FROM {table.Name} WHERE {condition} RETURNING {columns}
            ),
            moved AS (
                INSERT INTO {table.ArchiveOf(quarter)} ({columns}) SELECT {columns} FROM gone RETURNING created_at
            )
            SELECT count(*) AS count, max(created_at) AS last FROM moved
            """,
            parameters,
            transaction,
            commandTimeout: 0,
            cancellationToken: cancellationToken));
    }

    /// <summary>Makes the archive, and gives it the columns that the live table has got meanwhile.</summary>
    /// <returns>The columns of the live table, for a list.</returns>
    private async Task<string> PrepareAsync(
        RetainedTable table, Quarter quarter, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var archive = table.ArchiveOf(quarter);
        // Held against a migration, whose new column would otherwise be left behind.
        var read = $"LOCK TABLE {table.Name} IN ROW EXCLUSIVE MODE; {Sql.Read("retention.columns")}";
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
