using System.Reflection;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Local.Hosting;

/// <summary>
/// Traces, metrics and logs by OpenTelemetry, over OTLP to where the standard variables say; to nowhere if they say nothing.
/// </summary>
internal static class OtlpTelemetry
{
    private const string ServiceName = "workflow-functions";

    /// <summary>Adds telemetry, if there is an <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (OpenTelemetry, "OTLP exporter configuration").</summary>
    public static IServiceCollection AddOtlpTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || configuration.GetValue("OTEL_SDK_DISABLED", false))
            return services;
        services.AddOpenTelemetry()
            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
            .ConfigureResource(static resource =>
                resource.AddService(ServiceName, serviceVersion: Version).AddEnvironmentVariableDetector())
            .WithTracing(static tracing => tracing.AddWorkflowSpans())
            .WithMetrics(static metrics => metrics.AddMeter(WorkflowTelemetry.Meters))
            .WithLogging(null, static logs => (logs.IncludeScopes, logs.IncludeFormattedMessage) = (true, true))
            .UseOtlpExporter();
        return services;
    }

    /// <summary>
    /// Adds the spans of this system, of requests to it and from it, and of PostgreSQL. Probes of its health are left out.
    /// </summary>
    public static TracerProviderBuilder AddWorkflowSpans(this TracerProviderBuilder tracing) =>
        tracing
            .AddSource(WorkflowTelemetry.Sources)
            .AddAspNetCoreInstrumentation(static requests =>
                requests.Filter = static context => !context.Request.Path.StartsWithSegments("/api/health"))
            .AddHttpClientInstrumentation()
            .AddNpgsql();

    private static string? Version =>
        typeof(OtlpTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
