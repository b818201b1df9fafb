using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WorkflowFunctions.Database;
using WorkflowFunctions.Database.Migrations;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Limits;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Models;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Nodes.Secrets;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions;

/// <summary>Registers the engine that both hosts have in common. A host adds its own <see cref="IEngine"/>.</summary>
public static class WorkflowServices
{
    /// <summary>The name of the connection string.</summary>
    public const string ConnectionName = "Workflow";

    /// <summary>Adds the engine: the database, the node types and the steps.</summary>
    public static IServiceCollection AddWorkflowEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<WorkflowMetrics>();
        return services.AddDatabase(configuration).AddNodes(configuration).AddSteps(configuration);
    }

    /// <summary>Adds a node type of a team's own. One with the name of a built-in type replaces it.</summary>
    public static IServiceCollection AddNodeType<TNode>(this IServiceCollection services)
        where TNode : NodeType => services.AddSingleton<NodeType, TNode>();

    private static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => RecordDatabase.Open(configuration.GetConnectionString(ConnectionName)
            ?? throw new InvalidOperationException($"There is no connection string. Set ConnectionStrings__{ConnectionName}.")))
        .AddSingleton<RowSecurity>()
        .AddSingleton<RecordConnections>()
        .Configure<RowSecurityOptions>(configuration.GetSection(RowSecurityOptions.Section))
        .AddSingleton<Migrator>();

    private static IServiceCollection AddNodes(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModels(configuration);
        // A node's own time-out ends an attempt.
        services.AddHttpClient(HttpRequestNode.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan).ThroughGate();
        services.Configure<OutboundOptions>(configuration.GetSection(OutboundOptions.Section));
        services.AddSingleton<ISecrets>(_ => new ConfiguredSecrets(configuration));
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
            .AddNodeType<TaskNode>()
            .AddNodeType<ForEachNode>()
            .AddNodeType<SubWorkflowNode>()
            .AddNodeType<FailNode>();
    }

    private static IServiceCollection AddSteps(this IServiceCollection services, IConfiguration configuration) => services
        .Configure<LimitOptions>(configuration.GetSection(LimitOptions.Section))
        .AddSingleton<RunLimits>()
        .AddSingleton<WorkspaceCosts>()
        .AddSingleton<IModelLimits, ModelLimits>()
        .AddSingleton<ExecutionChanges>()
        .AddSingleton<ExecutionStore>()
        .AddSingleton<JobStore>()
        .AddSingleton<SignalStore>()
        .AddSingleton<TemplateVersions>()
        .AddSingleton<WorkflowPlans>()
        .AddSingleton<StepServices>();
}
