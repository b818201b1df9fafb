using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Analytics;
using WorkflowFunctions.Api.Batches;
using WorkflowFunctions.Api.Checkpoints;
using WorkflowFunctions.Api.Documents;
using WorkflowFunctions.Api.Events;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Hooks;
using WorkflowFunctions.Api.Indexes;
using WorkflowFunctions.Api.Jobs;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Api.Outbox;
using WorkflowFunctions.Api.Partitions;
using WorkflowFunctions.Api.Partitions.Conversion;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Api.Schedules;
using WorkflowFunctions.Api.Targets;
using WorkflowFunctions.Api.Tasks;
using WorkflowFunctions.Api.Templates;
using WorkflowFunctions.Api.Workers;
using WorkflowFunctions.Engine.Limits;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Network;

namespace WorkflowFunctions.Api;

/// <summary>Registers the engine and the features around it: what commands and endpoints work with.</summary>
public static class WorkflowFeatures
{
    /// <summary>Adds the engine, the stores of the features and their recurring work. Wrong settings stop the host at its start.</summary>
    public static IServiceCollection AddWorkflow(this IServiceCollection services, IConfiguration configuration) => services
        .AddWorkflowEngine(configuration)
        .AddTemplates()
        .AddTransient<RenderingCheck>()
        .AddSingleton<ExecutionQueries>()
        .AddHostedService<ExecutionGauges>()
        .AddSingleton<JobSearch>()
        .AddSingleton<ExecutionJobs>()
        .AddSingleton<EventStore>()
        .AddSingleton<CheckpointStore>()
        .AddDocuments(configuration)
        .AddSingleton<StaleExecutions>()
        .AddHostedService<StartReport>()
        .AddSingleton<HookStore>()
        .AddSingleton<TaskStore>()
        .AddSingleton<TaskLinkStore>()
        .AddSingleton<TargetStore>()
        .AddSingleton<WorkerStore>()
        .AddSingleton<AccessStore>()
        .AddSingleton<ApiKeyStore>()
        .AddIndexes(configuration)
        .AddSchedules(configuration)
        .AddOutbox(configuration)
        .AddBatches(configuration)
        .AddRetention(configuration)
        .AddPartitions(configuration)
        .AddAnalytics(configuration);

    /// <summary>Adds work that the host runs by its schedule.</summary>
    public static IServiceCollection AddRecurringWork<TWork>(this IServiceCollection services)
        where TWork : class, IRecurringWork
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRecurringWork, TWork>());
        return services;
    }

    private static IServiceCollection AddTemplates(this IServiceCollection services)
    {
        services.AddHttpClient(TemplateFetch.ClientName, static client => client.Timeout = TemplateFetch.Timeout).ThroughGate();
        return services.AddSingleton<TemplateStore>().AddSingleton<TemplateFetch>();
    }

    private static IServiceCollection AddDocuments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DocumentOptions>().Bind(configuration.GetSection(DocumentOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DocumentOptions>, DocumentOptionsValidator>());
        services.AddHealthChecks().AddCheck<DocumentHealth>("documents", timeout: TimeSpan.FromSeconds(5));
        return services
            .AddSingleton<DocumentColumns>()
            .AddSingleton<DocumentStore>()
            .AddSingleton<ExecutionDocuments>()
            .AddSingleton<IDocuments>(static provider => provider.GetRequiredService<DocumentStore>());
    }

    private static IServiceCollection AddIndexes(this IServiceCollection services, IConfiguration configuration) => services
        .Configure<IndexOptions>(configuration.GetSection(IndexOptions.Section))
        .AddSingleton<IndexMonitor>()
        .AddSingleton<OptionalIndexes>()
        .AddHostedService<OptionalIndexBuild>();

    private static IServiceCollection AddSchedules(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ScheduleOptions>().Bind(configuration.GetSection(ScheduleOptions.Section)).ValidateDataAnnotations()
            .ValidateOnStart();
        return services.AddSingleton<EngineCalls>().AddSingleton<ScheduleStore>().AddSingleton<ScheduleStarts>()
            .AddSingleton<ScheduleRunner>().AddRecurringWork<ScheduleWork>();
    }

    private static IServiceCollection AddOutbox(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DeliveryOptions>().Bind(configuration.GetSection(DeliveryOptions.Section)).ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddHttpClient(WebhookSender.ClientName, static client => client.Timeout = WebhookSender.Timeout).ThroughGate();
        return services
            .AddSingleton<SubscriptionStore>()
            .AddSingleton<DeliveryStore>()
            .AddSingleton<WebhookSender>()
            .AddSingleton<FailureStarts>()
            .AddRecurringWork<DeliveryWork>();
    }

    private static IServiceCollection AddBatches(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BatchOptions>().Bind(configuration.GetSection(BatchOptions.Section)).ValidateDataAnnotations()
            .ValidateOnStart();
        return services
            .AddSingleton<BatchStore>()
            .AddSingleton<BatchRunner>()
            .AddSingleton<BatchWork>()
            .AddSingleton<BatchWakeUp>()
            .AddHostedService(static services => services.GetRequiredService<BatchWakeUp>())
            .AddRecurringWork<BatchWork>();
    }

    private static IServiceCollection AddRetention(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>());
        // What retention would put away is not started as if it were new.
        services.AddOptions<LimitOptions>().Configure<IOptions<RetentionOptions>>(static (limits, retention) =>
            limits.PendingCutoff = now => RetentionPeriod.TryParse(retention.Value.Pending, out var period) ? period.CutoffAt(now) : null);
        return services.AddSingleton<RetentionRunner>().AddRecurringWork<RetentionWork>();
    }

    private static IServiceCollection AddPartitions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PartitionOptions>().Bind(configuration.GetSection(PartitionOptions.Section)).ValidateDataAnnotations()
            .ValidateOnStart();
        return services.AddSingleton<PartitionRunner>().AddSingleton<PartitionConverter>().AddRecurringWork<PartitionWork>();
    }

    private static IServiceCollection AddAnalytics(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AnalyticsOptions>().Bind(configuration.GetSection(AnalyticsOptions.Section)).ValidateDataAnnotations()
            .ValidateOnStart();
        return services.AddSingleton<AnalyticsStore>().AddRecurringWork<AnalyticsWork>().AddRecurringWork<AnalyticsChangesWork>();
    }
}
