using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Maintenance.Analytics;
using WorkflowFunctions.Maintenance.Partitions;
using WorkflowFunctions.Maintenance.Retention;
using WorkflowFunctions.Maintenance.Schedules;

namespace WorkflowFunctions.Maintenance;

/// <summary>Registers what is done again and again: what keeps the database in shape, and starts by time.</summary>
public static class MaintenanceServices
{
    /// <summary>Adds retention, partitions, analytics and schedules over the sections of these names. Wrong settings stop the host at its start.</summary>
    public static IServiceCollection AddMaintenance(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>());
        services.AddOptions<PartitionOptions>().Bind(configuration.GetSection(PartitionOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AnalyticsOptions>().Bind(configuration.GetSection(AnalyticsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ScheduleOptions>().Bind(configuration.GetSection(ScheduleOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<RetentionRunner>()
            .AddSingleton<PartitionRunner>()
            .AddSingleton<ScheduleRunner>()
            .AddSingleton<PartitionConverter>()
            .AddRecurringWork<PartitionWork>()
            .AddRecurringWork<RetentionWork>()
            .AddRecurringWork<AnalyticsWork>()
            .AddRecurringWork<ScheduleWork>();
    }

    /// <summary>Adds work that the host runs by its schedule.</summary>
    public static IServiceCollection AddRecurringWork<TWork>(this IServiceCollection services)
        where TWork : class, IRecurringWork
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRecurringWork, TWork>());
        return services;
    }
}
