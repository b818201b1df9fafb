using Npgsql;

namespace WorkflowFunctions.Local.Engine;

/// <summary>
/// The right to run executions on a database. One process has it at a time: it is an advisory lock of the session through which
/// the engine writes, so that a process that has lost the right cannot write either. A process that dies loses it at once.
/// </summary>
internal sealed class LeaderSession : IAsyncDisposable
{
    /// <summary>Any number that nothing else in the database locks.</summary>
    private const long LockKey = 0x57F0_0002;

    /// <summary>How long a process that stands by waits before it asks again.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    private LeaderSession(NpgsqlConnection connection) => Connection = connection;

    /// <summary>The connection that holds the right.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Waits, as long as it takes, until no other process has the right.</summary>
    /// <remarks>
    /// It asks again and again: a statement that waits for a lock keeps its snapshot, which keeps VACUUM from removing any row that
    /// is dead since, and an index from being built concurrently.
    /// </remarks>
    public static async Task<LeaderSession> AcquireAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var ask = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection);
            ask.Parameters.Add(new() { Value = LockKey });
            while (await ask.ExecuteScalarAsync(cancellationToken) is not true)
                await Task.Delay(s_interval, cancellationToken);
            return new LeaderSession(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives the right up.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // The connection goes back to a pool, which would keep the lock.
            await using var unlock = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", Connection);
            await unlock.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // The session is gone, and the lock with it.
        }

        await Connection.DisposeAsync();
    }
}
