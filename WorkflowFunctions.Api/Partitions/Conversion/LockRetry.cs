using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>
/// Takes locks that others have to wait for, politely: who cannot have them at once lets the others go first and asks again. A
/// second is how long PostgreSQL waits before it looks for deadlocks; a lock is given up before that. Autovacuum, which gives way
/// only to who waits for longer, is made to do so before, by a lock that keeps nobody from reading and writing.
/// </summary>
internal static class LockRetry
{
    private const string Patience = "500ms";
    private const string PatienceWithVacuum = "10s";

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    /// <summary>Runs statements in a transaction until their locks can be had.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="tables">The tables that they are on.</param>
    /// <param name="run">What to run; false to roll back.</param>
    /// <param name="cancellationToken">Stops it; nothing of the transaction stays.</param>
    /// <returns>What it answered when it had its locks.</returns>
    /// <exception cref="ConversionException">They could not be had for ten minutes.</exception>
    public static async Task<bool> RunAsync(
        NpgsqlConnection connection, IEnumerable<string> tables, Func<NpgsqlTransaction, Task<bool>> run,
        CancellationToken cancellationToken)
    {
        var end = DateTime.UtcNow + s_longest;
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    $"""
                    SET LOCAL lock_timeout = '{PatienceWithVacuum}';
                    LOCK TABLE {string.Join(", ", tables)} IN SHARE UPDATE EXCLUSIVE MODE;
                    SET LOCAL lock_timeout = '{Patience}';
                    """,
                    null,
                    transaction,
                    commandTimeout: 0,
                    cancellationToken: cancellationToken));
                if (!await run(transaction))
                    return false;
                await transaction.CommitAsync(cancellationToken);
                return true;
            }
            catch (PostgresException exception) when (
                exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected && DateTime.UtcNow < end)
            {
                await transaction.RollbackAsync(cancellationToken);
                await Task.Delay(Random.Shared.Next(50, 500), cancellationToken);
            }
            catch (PostgresException exception)
                when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                throw new ConversionException(
                    "Others keep the table locked, so that it cannot be exchanged. Look for transactions that stay open in "
                        + "pg_stat_activity, and run this again: it goes on.");
            }
        }
    }
}
