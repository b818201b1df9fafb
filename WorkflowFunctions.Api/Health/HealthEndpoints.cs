using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Health;

/// <summary><c>/api/health</c>. Hosts add checks of their own with <c>AddHealthChecks()</c>.</summary>
internal static class HealthEndpoints
{
    private const string Ok = "ok";

    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks()
            .AddCheck<StoppingHealth>("process")
            .AddCheck<DatabaseHealth>("database", timeout: TimeSpan.FromSeconds(5));

    public static void MapHealth(this IEndpointRouteBuilder api)
    {
        var health = api.MapGroup("/health").WithTags("Health");
        health.MapGet("/live", static () => TypedResults.Ok(new HealthReportView(Ok)))
            .ForAnyone()
            .WithSummary("Whether the process runs")
            .WithName("health_live")
            .Produces<ApiProblem>(StatusCodes.Status400BadRequest, ApiProblem.MediaType);
        health.MapGet("/ready", ReadyAsync)
            .ForAnyone()
            .WithSummary("Whether requests can be served: the database answers and has the schema, and the server is not stopping")
            .Problems();
    }

    private static async Task<Ok<HealthReportView>> ReadyAsync(HealthCheckService health, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        var checks = report.Entries.ToDictionary(
            entry => entry.Key, entry => entry.Value.Description ?? (entry.Value.Status == HealthStatus.Healthy ? Ok : "failed"));
        if (report.Status != HealthStatus.Unhealthy)
            return TypedResults.Ok(new HealthReportView(Ok) { Checks = checks });
        var down = string.Join(
            " ",
            report.Entries.Where(entry => entry.Value.Status == HealthStatus.Unhealthy)
                .Select(entry => $"{entry.Key}: {checks[entry.Key]}"));
        throw new ApiException(ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, down) with { Checks = checks });
    }
}

/// <summary>The health of the service.</summary>
/// <param name="Status"><c>ok</c>.</param>
internal sealed record HealthReportView(string Status)
{
    /// <summary>What was checked, and what came of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Checks { get; init; }
}

/// <summary>Whether the process goes on: one that stops is to get no more requests, though it still answers.</summary>
internal sealed class StoppingHealth(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("The server is stopping.")
            : HealthCheckResult.Healthy());
}
