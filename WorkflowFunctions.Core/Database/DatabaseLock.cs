using Npgsql;

namespace WorkflowFunctions.Database;

/// <summary>
/// The right to do something on a database that only one may do at a time, with the connection to do it through: an advisory
/// lock of its session. A process that loses the lock has lost the connection, and a process that dies gives it up.
/// </summary>
internal sealed class DatabaseLock : IAsyncDisposable
{
    /// <summary>
    /// What is locked by processes that run executions: by the leader of an engine of one process alone, by the workers of a
    /// distributed engine together (<see cref="WaitSharedAsync"/>). Two engines thus never run the same executions.
    /// </summary>
    public const long LeadKey = 0x57F0_0002;

    /// <summary>Long enough for the session of a process that has just died to end.</summary>
    private const string Patience = "5s";

    /// <summary>How long a process that waits as long as it takes does so before it asks again.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    private DatabaseLock(NpgsqlConnection connection) => Connection = connection;

    /// <summary>
    /// The connection that holds the lock. After <see cref="TryAcquireAsync"/> its statements wait for the locks of others no
    /// longer than five seconds (<c>lock_timeout</c>).
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

    /// <summary>Takes a lock, as long as it takes.</summary>
    /// <param name="database">The database.</param>
    /// <param name="key">What is locked: a number that nothing else in the database locks.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <remarks>
    /// It asks again and again: a statement that waits for a lock keeps its snapshot, which keeps VACUUM from removing any row that
    /// is dead since, and an index from being built concurrently.
    /// </remarks>
    public static Task<DatabaseLock> WaitAsync(NpgsqlDataSource database, long key, CancellationToken cancellationToken) =>
        WaitAsync(database, "SELECT pg_try_advisory_lock($1)", key, cancellationToken);

    /// <summary>Takes a lock together with others who take it so, as long as it takes.</summary>
    /// <param name="database">The database.</param>
    /// <param name="key">What is locked: a number that nothing else in the database locks.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static Task<DatabaseLock> WaitSharedAsync(NpgsqlDataSource database, long key, CancellationToken cancellationToken) =>
        WaitAsync(database, "SELECT pg_try_advisory_lock_shared($1)", key, cancellationToken);

    private static async Task<DatabaseLock> WaitAsync(
        NpgsqlDataSource database, string question, long key, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var ask = new NpgsqlCommand(question, connection) { Parameters = { new() { Value = key } } };
            while (await ask.ExecuteScalarAsync(cancellationToken) is not true)
                await Task.Delay(s_interval, cancellationToken);
            return new DatabaseLock(connection);
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
