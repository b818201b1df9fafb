using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using WorkflowFunctions.Database.Migrations;

namespace WorkflowFunctions.Api.Health;

/// <summary>Whether the database answers and has the schema of this version.</summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var missing = await Migrator.FindMissingAsync(database, cancellationToken);
            return missing.Count == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"The schema is not complete; {missing.Count} migrations have not run.");
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer.", exception);
        }
        catch (OperationCanceledException exception)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer in time.", exception);
        }
    }
}
