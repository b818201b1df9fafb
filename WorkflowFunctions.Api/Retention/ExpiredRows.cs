using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Retention;

/// <summary>Moves rows into an archive, quarter by quarter.</summary>
internal sealed class ExpiredRows(NpgsqlConnection connection, IArchive archive)
{
    private const string QuarterOfRow = "date_trunc('quarter', COALESCE(created_at, @now), 'UTC')";

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
        var moved = new List<(Quarter, long)>();
        var ofExecutions = $"{table.ExecutionColumn} = ANY (@ids)";
        // A batch takes as long as its executions are big.
        var starts = await connection.QueryAsync<DateTime>(new CommandDefinition(
            $"SELECT DISTINCT {QuarterOfRow} FROM {table.Name} WHERE {ofExecutions}",
            new { ids, now },
            transaction,
            commandTimeout: 0,
            cancellationToken: cancellationToken));
        foreach (var start in starts)
        {
            var quarter = Quarter.Of(new DateTimeOffset(start, TimeSpan.Zero));
            var taken = await archive.TakeAsync(
                table, quarter, $"{ofExecutions} AND {QuarterOfRow} = @start", new { ids, now, start }, transaction, cancellationToken);
            moved.Add((quarter, taken.Count));
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
    public Task<TakenRows> MoveAgedAsync(
        RetainedTable table, Quarter quarter, DateTimeOffset from, DateTimeOffset to, int limit, NpgsqlTransaction transaction,
        CancellationToken cancellationToken) =>
        archive.TakeAsync(
            table,
            quarter,
            $"""
            created_at >= @from AND created_at < @to AND id = ANY (ARRAY(
                SELECT id FROM {table.Name}
                WHERE created_at >= @from AND created_at < @to
                ORDER BY created_at
                LIMIT @limit
                FOR UPDATE SKIP LOCKED))
            """,
            new { from, to, limit },
            transaction,
            cancellationToken);
}
