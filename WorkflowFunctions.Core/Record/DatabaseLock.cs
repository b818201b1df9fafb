using Npgsql;

namespace WorkflowFunctions.Record;

/// <summary>
/// The right to do something on a database that only one may do at a time, with the connection to do it through: an advisory
/// lock of its session. Whoever loses the lock has lost the connection, and a process that dies gives it up.
/// </summary>
public sealed class DatabaseLock : IAsyncDisposable
{
    /// <summary>Long enough for the session of a process that has just died to end.</summary>
    private const string Patience = "5s";

    private DatabaseLock(NpgsqlConnection connection) => Connection = connection;

    /// <summary>
    /// The connection that holds the lock. Its statements wait for the locks of others no longer than five seconds
    /// (<c>lock_timeout</c>).
    /// </summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Takes a lock; null if someone else keeps it for more than five seconds.</summary>
    /// <param name="database">The database.</param>
    /// <param name="key">What is locked: a number that nothing else in the database locks.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<DatabaseLock?> TryAcquireAsync(NpgsqlDataSource database, long key, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var wait = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new($"SET lock_timeout = '{Patience}'"),
                    new("SELECT pg_advisory_lock($1)") { Parameters = { new() { Value = key } } },
                },
            };
            await wait.ExecuteNonQueryAsync(cancellationToken);
            return new DatabaseLock(connection);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            return null;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives the lock up.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // The connection goes back to a pool, which would keep the lock until it is used again.
            await using var unlock = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", Connection);
            await unlock.ExecuteNonQueryAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The session is gone, and the lock with it.
        }

        await Connection.DisposeAsync();
    }
}
