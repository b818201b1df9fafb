using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace WorkflowFunctions.Telemetry;

/// <summary>Registers the figures of this system. Which of them go where is up to the host.</summary>
internal static class TelemetryServices
{
    public static void AddWorkflowMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<WorkflowMetrics>();
    }
}
