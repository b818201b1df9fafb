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
            var (used, limit, workers) = await ServerConnections.CountAsync(database, cancellationToken);
            if (used >= NearlyAll * limit)
                return HealthCheckResult.Degraded($"The connections of PostgreSQL run out: {used} of {limit} are in use.");
            var poolSize = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;
            return workers * poolSize <= limit
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded(
                    $"{workers} workers may have {poolSize} connections each (Maximum Pool Size), and PostgreSQL has {limit} "
                        + "(max_connections).");
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return HealthCheckResult.Unhealthy(
                "PostgreSQL takes no more connections (max_connections): fewer workers, a smaller Maximum Pool Size, or a larger server.",
                exception);
        }
        catch (NpgsqlException exception)
            when (exception.InnerException is TimeoutException && exception.Message.Contains("pool", StringComparison.Ordinal))
        {
            return HealthCheckResult.Unhealthy("All connections of this process are in use (Maximum Pool Size).", exception);
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer.", exception);
        }
        catch (OperationCanceledException exception)
        {
            return HealthCheckResult.Unhealthy(
                "PostgreSQL does not answer in time, or all connections of this process are in use.", exception);
        }
    }
}

/// <summary>The connections that a PostgreSQL server has, for all its users.</summary>
internal static class ServerConnections
{
    /// <summary>
    /// How many are in use, how many there are for others than superusers, and how many processes run executions on this database.
    /// </summary>
    public static async Task<(int Used, int Limit, int Workers)> CountAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<(int, int, int)>(
            "health.server_connections", new { lead = (int)DatabaseLock.LeadKey }, cancellationToken);
    }
}
