using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace WorkflowFunctions.Database;

/// <summary>
/// Opens the connections of all that people's requests read and write through. The one place where PostgreSQL is told whose they are: a
/// connection that is opened for a caller who is confined to workspaces reaches nothing else, whatever is asked of it.
/// </summary>
internal sealed class RecordConnections(NpgsqlDataSource database, RowSecurity security)
{
    /// <summary>How long a session may have been out of use without being asked whether it is still there.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(100);

    /// <summary>More than a process has at once.</summary>
    private const int MaxSessions = 1_000;

    /// <summary>When sessions of PostgreSQL were last opened or used here.</summary>
    private readonly ConcurrentDictionary<int, long> _used = new();

    /// <summary>Opens a connection for what is no workspace's, for any caller.</summary>
    public async Task<NpgsqlConnection> OpenUnconfinedAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await AskAsync(connection, cancellationToken);
            return connection;
        }
        catch (NpgsqlException)
        {
            // PostgreSQL has ended it, and likely all that the pool holds. Nothing has been sent for the caller.
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
            return await database.OpenConnectionAsync(cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a connection, confined as the request is (<see cref="Confinement"/>).</summary>
    /// <exception cref="RowSecurityException">It has to be confined and cannot be.</exception>
    public async Task<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenUnconfinedAsync(cancellationToken);
        try
        {
            if (Confinement.Workspaces is { } workspaces)
                await security.ConfineAsync(connection, workspaces, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks a session whether it is still there, unless it was a moment ago.</summary>
    private async Task AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = Stopwatch.GetTimestamp();
        var isKnown = _used.TryGetValue(connection.ProcessID, out var used);
        if (!isKnown || Stopwatch.GetElapsedTime(used, now) > s_idle)
        {
            // It is not part of what the caller does, and of no trace.
            Activity.Current = null;
            await using var command = new NpgsqlCommand("SELECT", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // Sessions that have ended are forgotten.
        if (!isKnown && _used.Count > MaxSessions)
            _used.Clear();
        _used[connection.ProcessID] = now;
    }
}
