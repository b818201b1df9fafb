using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WorkflowFunctions.Local.Engine;

/// <summary>Whether this process leads. One that stands by serves requests all the same.</summary>
internal sealed class LeaderHealth(LocalEngine engine) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy(engine.IsLeading ? "leads" : "stands by"));
}
