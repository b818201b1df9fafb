using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Health;

/// <summary>The connections that a PostgreSQL server has, whoever uses them.</summary>
internal static class ServerConnections
{
    /// <summary>How many are in use, and how many there are for others than superusers.</summary>
    public static async Task<(int Used, int Limit)> CountAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<(int, int)>("health.server_connections", null, cancellationToken);
    }
}
