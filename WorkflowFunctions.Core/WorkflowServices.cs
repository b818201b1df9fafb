using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WorkflowFunctions.Maintenance;
using WorkflowFunctions.Models;
using WorkflowFunctions.Network;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Planning;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Access;
using WorkflowFunctions.Record.Analytics;
using WorkflowFunctions.Record.Checkpoints;
using WorkflowFunctions.Record.Confining;
using WorkflowFunctions.Record.Documents;
using WorkflowFunctions.Record.Events;
using WorkflowFunctions.Record.Executions;
using WorkflowFunctions.Record.Hooks;
using WorkflowFunctions.Record.Indexes;
using WorkflowFunctions.Record.Jobs;
using WorkflowFunctions.Record.Keys;
using WorkflowFunctions.Record.Migrations;
using WorkflowFunctions.Record.Queries;
using WorkflowFunctions.Record.Schedules;
using WorkflowFunctions.Record.Signals;
using WorkflowFunctions.Record.Targets;
using WorkflowFunctions.Record.Templates;
using WorkflowFunctions.Running;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions;

/// <summary>Registers what both hosts have in common. A host adds its own <see cref="IEngine"/>.</summary>
public static class WorkflowServices
{
    /// <summary>The name of the connection string.</summary>
    public const string ConnectionName = "Workflow";

    /// <summary>Adds the record, the node types, the steps and the recurring work.</summary>
    public static IServiceCollection AddWorkflow(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddWorkflowMetrics();
        return services.AddRecord(configuration).AddNodes(configuration).AddOrchestration(configuration).AddMaintenance(configuration);
    }

    /// <summary>Adds a node type of a team's own. One with the name of a built-in type replaces it.</summary>
    public static IServiceCollection AddNodeType<TNode>(this IServiceCollection services)
        where TNode : NodeType => services.AddSingleton<NodeType, TNode>();

    private static IServiceCollection AddRecord(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => RecordDatabase.Open(configuration.GetConnectionString(ConnectionName)
            ?? throw new InvalidOperationException($"There is no connection string. Set ConnectionStrings__{ConnectionName}.")))
        .AddSingleton<RowSecurity>()
        .AddSingleton<RecordConnections>()
        .Configure<RowSecurityOptions>(configuration.GetSection(RowSecurityOptions.Section))
        .AddSingleton<Migrator>()
        .AddSingleton<ExecutionChanges>()
        .AddSingleton<TemplateStore>()
        .AddSingleton<ExecutionStore>()
        .AddSingleton<JobStore>()
        .AddSingleton<JobSearch>()
        .AddSingleton<SignalStore>()
        .AddSingleton<EventStore>()
        .AddSingleton<CheckpointStore>()
        .AddSingleton<DocumentStore>()
        .AddSingleton<ScheduleStore>()
        .AddSingleton<ScheduleStarts>()
        .AddSingleton<HookStore>()
        .AddSingleton<TargetStore>()
        .AddSingleton<AccessStore>()
        .AddSingleton<ApiKeyStore>()
        .AddSingleton<CommonQueries>()
        .AddSingleton<AnalyticsStore>()
        .AddSingleton<IndexMonitor>()
        .AddSingleton<OptionalIndexes>()
        .AddHostedService<OptionalIndexBuild>()
        .Configure<IndexOptions>(configuration.GetSection(IndexOptions.Section));

    private static IServiceCollection AddNodes(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModels(configuration);
        // A node's own time-out ends an attempt.
        services.AddHttpClient(HttpRequestNode.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan).ThroughGate();
        services.Configure<OutboundOptions>(configuration.GetSection(OutboundOptions.Section));
        services.AddSingleton<ISecrets>(_ => new ConfiguredSecrets(configuration));
        services.AddSingleton<IDocuments>(provider => provider.GetRequiredService<DocumentStore>());
        services.AddSingleton<NodeCatalog>();
        return services
            .AddNodeType<InputNode>()
            .AddNodeType<DefaultNode>()
            .AddNodeType<MergeNode>()
            .AddNodeType<OutputNode>()
            .AddNodeType<GenerateCopyNode>()
            .AddNodeType<GenerateImageNode>()
            .AddNodeType<AttachImagesNode>()
            .AddNodeType<HttpRequestNode>()
            .AddNodeType<TransformNode>()
            .AddNodeType<ConditionNode>()
            .AddNodeType<SwitchNode>()
            .AddNodeType<DelayNode>()
            .AddNodeType<ApprovalNode>()
            .AddNodeType<WaitForSignalNode>()
            .AddNodeType<ForEachNode>()
            .AddNodeType<SubWorkflowNode>()
            .AddNodeType<FailNode>();
    }

    private static IServiceCollection AddOrchestration(this IServiceCollection services, IConfiguration configuration) => services
        .Configure<LimitOptions>(configuration.GetSection(LimitOptions.Section))
        .AddSingleton<RunLimits>()
        .AddSingleton<WorkflowPlans>()
        .AddSingleton<StepServices>()
        .AddTransient<TemplateCheck>()
        .AddHostedService<StandingWatch>();
}
