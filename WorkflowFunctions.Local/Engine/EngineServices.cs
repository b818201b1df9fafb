using WorkflowFunctions.Engine;

namespace WorkflowFunctions.Local.Engine;

/// <summary>Registers the Local engine.</summary>
internal static class EngineServices
{
    /// <summary>Adds the engine, which runs with the host.</summary>
    public static IServiceCollection AddLocalEngine(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<LeaderHealth>("engine");
        return services
            .AddSingleton<LocalEngine>()
            .AddSingleton<IEngine>(provider => provider.GetRequiredService<LocalEngine>())
            .AddHostedService(provider => provider.GetRequiredService<LocalEngine>());
    }
}
