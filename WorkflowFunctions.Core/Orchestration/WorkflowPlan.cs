using WorkflowFunctions.Graph;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Settings;

namespace WorkflowFunctions.Orchestration;

/// <summary>A template version made ready to run: its graph, and for each node its type and its parsed settings.</summary>
public sealed class WorkflowPlan
{
    private readonly NodePlan[] _nodes;

    private WorkflowPlan(string version, WorkflowGraph graph, NodeCatalog catalog)
    {
        (Version, Graph) = (version, graph);
        var nodeIds = graph.Nodes.Select(node => node.Id).ToHashSet(StringComparer.Ordinal);
        var incoming = graph.Edges.ToLookup(edge => edge.Target);
        _nodes = [.. graph.Nodes.Select(node => new NodePlan(
            node, catalog[node.Type], nodeIds, graph,
            [.. incoming[node.Index].Select(edge => new IncomingEdge(graph.Nodes[edge.Source].Id, edge.Branch))]))];
    }

    /// <summary>The version: a row of <c>workflow_template_versions</c>.</summary>
    public string Version { get; }

    /// <summary>The graph.</summary>
    public WorkflowGraph Graph { get; }

    /// <summary>A node of the plan.</summary>
    /// <exception cref="KeyNotFoundException">The workflow has no such node.</exception>
    public NodePlan this[string nodeId] => _nodes[Graph[nodeId].Index];

    /// <summary>Makes a plan, or says everything that is wrong with the workflow.</summary>
    public static (WorkflowPlan? Plan, IReadOnlyList<Problem> Problems) Make(string version, WorkflowFile file, NodeCatalog catalog)
    {
        var (graph, problems) = GraphReader.Read(file, catalog);
        return (graph is null ? null : new WorkflowPlan(version, graph, catalog), problems);
    }
}

/// <summary>A node made ready to run.</summary>
public sealed class NodePlan
{
    internal NodePlan(
        WorkflowNode node, NodeType type, IReadOnlySet<string> nodeIds, WorkflowGraph graph, IReadOnlyList<IncomingEdge> incoming)
    {
        (Node, Type, Incoming) = (node, type, incoming);
        Policy = NodePolicy.Read(node.Data);
        Settings = SettingsTemplate.Compile(type.Schema, node.Data);
        var readsAny = Settings.Variables.Any(read => read.Variable is { Root: "nodes", Member: null });
        Reads = readsAny
            ? [.. graph.Ancestors(node.Id)]
            : [.. Settings.Variables.Select(read => NodeType.NodeIdOf(read.Variable, nodeIds)).OfType<string>().Distinct()];
    }

    /// <summary>The node as it was drawn.</summary>
    public WorkflowNode Node { get; }

    /// <summary>Its type.</summary>
    public NodeType Type { get; }

    /// <summary>Its retries, time-out and the like.</summary>
    public NodePolicy Policy { get; }

    /// <summary>Its settings, with their templates parsed.</summary>
    public SettingsTemplate Settings { get; }

    /// <summary>The nodes whose outputs its settings read.</summary>
    public IReadOnlyList<string> Reads { get; }

    /// <summary>The edges that lead to it.</summary>
    public IReadOnlyList<IncomingEdge> Incoming { get; }
}

/// <summary>An edge as the node that it leads to sees it.</summary>
/// <param name="SourceId">The node that it leaves.</param>
/// <param name="Branch">Live only if the source took this branch.</param>
public sealed record IncomingEdge(string SourceId, string? Branch);
