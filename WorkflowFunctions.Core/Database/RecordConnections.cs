using Npgsql;

namespace WorkflowFunctions.Database;

/// <summary>
/// Opens the connections of all that people's requests read and write through. The one place where PostgreSQL is told whose they are: a connection
/// that is opened for a caller who is confined to workspaces reaches nothing else, whatever is asked of it.
/// </summary>
internal sealed class RecordConnections(NpgsqlDataSource database, RowSecurity security)
{
    /// <summary>Opens a connection for what is no workspace's, whoever asks for it.</summary>
    public ValueTask<NpgsqlConnection> OpenUnconfinedAsync(CancellationToken cancellationToken) => database.OpenConnectionAsync(cancellationToken);

    /// <summary>Opens a connection, confined as the request is (<see cref="Confinement"/>).</summary>
    /// <exception cref="RowSecurityException">It has to be confined and cannot be.</exception>
    public async Task<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
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
}
