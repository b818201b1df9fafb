using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Database.Migrations;

namespace WorkflowFunctions.Api.Health;

/// <summary>Whether the database answers, has the schema of this version, and has connections left.</summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
{
    /// <summary>The share of the server's connections from which on they are said to run out.</summary>
    private const double NearlyAll = 0.9;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var missing = await Migrator.FindMissingAsync(database, cancellationToken);
            if (missing.Count > 0)
                return HealthCheckResult.Unhealthy($"The schema is not complete; {missing.Count} migrations have not run.");
            var (used, limit) = await ServerConnections.CountAsync(database, cancellationToken);
            return used < NearlyAll * limit
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded($"The connections of PostgreSQL run out: {used} of {limit} are in use.");
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return HealthCheckResult.Unhealthy(
                "PostgreSQL takes no more connections (max_connections): fewer workers, a smaller Maximum Pool Size, or a larger server.", exception);
        }
        catch (NpgsqlException exception) when (exception.InnerException is TimeoutException && exception.Message.Contains("pool", StringComparison.Ordinal))
        {
            return HealthCheckResult.Unhealthy("All connections of this process are in use (Maximum Pool Size).", exception);
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer.", exception);
        }
        catch (OperationCanceledException exception)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer in time, or all connections of this process are in use.", exception);
        }
    }
}

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
