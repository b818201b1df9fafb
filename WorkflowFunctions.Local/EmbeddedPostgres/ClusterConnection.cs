using Npgsql;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>Connecting to the running server as its superuser.</summary>
internal sealed class ClusterConnection(int port, string password)
{
    private const string Database = "workflow";

    public string ConnectionString => For(Database).ConnectionString;

    /// <summary>
    /// Whether the server accepts connections now; makes the database if it is missing. The password is random and this
    /// cluster's own, and SCRAM has both sides prove that they know it, so a server that accepts it is the right one.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">The server knows another password.</exception>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            try
            {
                await using var connection = await OpenAsync(Database, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                await using var connection = await OpenAsync("postgres", cancellationToken);
                await using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
                await create.ExecuteNonQueryAsync(cancellationToken);
            }

            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new EmbeddedPostgresException(
                $"The server on 127.0.0.1:{port} does not accept the password in the file 'password' of the embedded PostgreSQL. "
                + "Restore that file, or stop the server on that port.",
                e);
        }
        catch (PostgresException e) when (e.SqlState is not PostgresErrorCodes.CannotConnectNow)
        {
            throw new EmbeddedPostgresException($"The embedded PostgreSQL on 127.0.0.1:{port} refuses to serve: {e.MessageText}", e);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var settings = For(database);
        settings.Pooling = false;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private NpgsqlConnectionStringBuilder For(string database) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        Database = database,
        Username = Cluster.Superuser,
        Password = password,
        // Neither is of use on the loopback interface, and asking for them costs a round trip at each connection.
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };
}
