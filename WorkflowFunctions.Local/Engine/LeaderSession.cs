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

    private LeaderSession(NpgsqlConnection connection) => Connection = connection;

    /// <summary>The connection that holds the right.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Waits, as long as it takes, until no other process has the right.</summary>
    public static async Task<LeaderSession> AcquireAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var wait = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { CommandTimeout = 0 };
            wait.Parameters.Add(new() { Value = LockKey });
            await wait.ExecuteNonQueryAsync(cancellationToken);
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
