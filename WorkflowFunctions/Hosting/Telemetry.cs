using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Durable.Hosting;

/// <summary>Traces, metrics and logs by OpenTelemetry; to Application Insights where one is configured.</summary>
public static class Telemetry
{
    /// <summary>Adds telemetry.</summary>
    public static IServiceCollection AddWorkflowTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithTracing(static tracing => tracing.AddSource(WorkflowTelemetry.Sources).AddNpgsql())
            .WithMetrics(static metrics => metrics.AddMeter(WorkflowTelemetry.Meters));
        if (!string.IsNullOrEmpty(configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
            telemetry.UseAzureMonitorExporter();
        return services;
    }
}
