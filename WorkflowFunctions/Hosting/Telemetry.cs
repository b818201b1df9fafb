using System.Data.Common;
using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Durable.Hosting;

/// <summary>Traces, metrics and logs by OpenTelemetry; to Application Insights where one is configured.</summary>
internal static class Telemetry
{
    /// <summary>Adds telemetry.</summary>
    /// <remarks>
    /// It goes to <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>, signed with a token of the app's identity where
    /// <c>APPLICATIONINSIGHTS_AUTHENTICATION_STRING</c> says <c>Authorization=AAD</c>, as it does for the Functions host. The exporter's
    /// other options are the configuration's section <c>AzureMonitorExporter</c>.
    /// </remarks>
    public static IServiceCollection AddWorkflowTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        // They write several lines for each request and each replay, and logs are paid by the gigabyte.
        services.AddLogging(static logging => logging
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System.Net.Http.HttpClient", LogLevel.Warning));
        var telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithTracing(static tracing => tracing.AddSource(WorkflowTelemetry.Sources).AddNpgsql())
            .WithMetrics(static metrics => metrics.AddMeter(WorkflowTelemetry.Meters));
        if (string.IsNullOrEmpty(configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
            return services;

        telemetry.UseAzureMonitorExporter();
        // Most traces of a busy app are not sampled, and an error in one of them is an error.
        services.AddOptions<AzureMonitorExporterOptions>().Configure(static options => options.EnableTraceBasedLogsSampler = false);
        if (FindIdentity(configuration) is { } identity)
        {
            services.TryAddSingleton<TokenCredential>(_ => new DefaultAzureCredential(identity));
            services.AddOptions<AzureMonitorExporterOptions>()
                .Configure<TokenCredential>(static (options, credential) => options.Credential = credential);
        }

        return services;
    }

    /// <summary>The identity that signs what is sent; null if nothing is to be signed.</summary>
    private static DefaultAzureCredentialOptions? FindIdentity(IConfiguration configuration)
    {
        // "ClientId=…;Authorization=AAD" (learn.microsoft.com, "App settings reference for Azure Functions").
        var authentication =
            new DbConnectionStringBuilder { ConnectionString = configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] };
        if (!authentication.TryGetValue("Authorization", out var kind) || !"AAD".Equals(kind as string, StringComparison.OrdinalIgnoreCase))
            return null;
        var options = new DefaultAzureCredentialOptions();
        // Without it, the identity is that of AZURE_CLIENT_ID, or the system's.
        if (authentication.TryGetValue("ClientId", out var clientId))
            options.ManagedIdentityClientId = (string)clientId;
        return options;
    }
}
