using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace WorkflowFunctions.Maintenance;

/// <summary>Registers recurring work.</summary>
public static class MaintenanceServices
{
    /// <summary>Adds work that the host runs by its schedule.</summary>
    public static IServiceCollection AddRecurringWork<TWork>(this IServiceCollection services)
        where TWork : class, IRecurringWork
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRecurringWork, TWork>());
        return services;
    }
}
