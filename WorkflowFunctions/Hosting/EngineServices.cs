using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Durable.Http;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Durable.Timers;
using WorkflowFunctions.Durable.Worker;
using WorkflowFunctions.Engine;

namespace WorkflowFunctions.Durable.Hosting;

/// <summary>Registers the distributed engine.</summary>
internal static class EngineServices
{
    /// <summary>Adds the engine, the steps of this worker, and the pipelines that HTTP triggers answer through.</summary>
    public static IServiceCollection AddDurableEngine(this IServiceCollection services)
    {
        services.AddOptions<SweepOptions>()
            .BindConfiguration(SweepOptions.Section)
            .Validate(
                static options => options.IsValid,
                "Sweep: QuietSeconds has to be from 0 to 3600, and StuckMinutes more than 0 and up to 1440.")
            .ValidateOnStart();
        return services
            .AddSingleton<DurableEngine>()
            .AddSingleton<IEngine>(provider => provider.GetRequiredService<DurableEngine>())
            .AddSingleton<SchemaSetup>()
            .AddHostedService(provider => provider.GetRequiredService<SchemaSetup>())
            .AddSingleton<WorkerSteps>()
            .AddHostedService(provider => provider.GetRequiredService<WorkerSteps>())
            .AddHostedService<EngineMessageListener>()
            .AddHostedService<HostWatch>()
            .AddSingleton<InstanceSweep>()
            .Configure<AccessOptions>(static access => access.GuardedByHost())
            .AddRouting()
            .AddSingleton<ApiPipeline>()
            .AddSingleton<PagePipeline>();
    }
}
