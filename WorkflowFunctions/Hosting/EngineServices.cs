using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Durable.Http;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Durable.Worker;
using WorkflowFunctions.Running;

namespace WorkflowFunctions.Durable.Hosting;

/// <summary>Registers the distributed engine.</summary>
public static class EngineServices
{
    /// <summary>Adds the engine, the steps of this worker, and the pipelines that HTTP triggers answer through.</summary>
    public static IServiceCollection AddDurableEngine(this IServiceCollection services) => services
        .AddSingleton<DurableEngine>()
        .AddSingleton<IEngine>(provider => provider.GetRequiredService<DurableEngine>())
        .AddSingleton<WorkerSteps>()
        .AddHostedService<StatusChanges>()
        .Configure<AccessOptions>(static access => access.GuardedByHost())
        .AddRouting()
        .AddSingleton<ApiPipeline>()
        .AddSingleton<PagePipeline>();
}
