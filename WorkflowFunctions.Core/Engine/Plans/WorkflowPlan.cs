using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Plans;

/// <summary>A template version made ready to run: its graph, and for each node its type and its parsed settings.</summary>
internal sealed class WorkflowPlan
{
    private readonly NodePlan[] _nodes;
    private readonly Segment?[] _segments;

    private WorkflowPlan(string version, WorkflowGraph graph, NodeCatalog catalog)
    {
        (Version, Graph) = (version, graph);
        var nodeIds = graph.Nodes.Select(node => node.Id).ToHashSet(StringComparer.Ordinal);
        var incoming = graph.Edges.ToLookup(edge => edge.Target);
        _nodes = [.. graph.Nodes.Select(node => new NodePlan(
            node, catalog[node.Type], nodeIds, graph,
            [.. incoming[node.Index].Select(edge => new IncomingEdge(graph.Nodes[edge.Source].Id, edge.Branch))]))];
        _segments = new Segment?[_nodes.Length];
        Topology = Shape(graph.Root);
    }

    /// <summary>The version: a row of <c>workflow_template_versions</c>.</summary>
    public string Version { get; }

    /// <summary>The graph.</summary>
    public WorkflowGraph Graph { get; }

    /// <summary>The shape of the workflow, as an orchestration needs it.</summary>
    public Topology Topology { get; }

    /// <summary>A node of the plan.</summary>
    /// <exception cref="KeyNotFoundException">The workflow has no such node.</exception>
    public NodePlan this[string nodeId] => _nodes[Graph[nodeId].Index];

    /// <summary>The nodes that may run in one step with a node, which is the first of them.</summary>
    public Segment SegmentOf(NodePlan node)
    {
        if (_segments[node.Node.Index] is { } segment)
            return segment;
        var scope = Graph.Scope(node.Node.ParentId);
        return _segments[node.Node.Index] = Segment.From(scope.Topology, scope.PlaceOf(node.Node.Id));
    }

    /// <summary>A node in the shape of the workflow, with its body.</summary>
    public TopologyNode ShapeOf(NodePlan node)
    {
        var topology = node.Node.ParentId is { } parentId ? ShapeOf(this[parentId]).Body! : Topology;
        return topology.Nodes[Graph.Scope(node.Node.ParentId).PlaceOf(node.Node.Id)];
    }

    /// <summary>Whether a node has no effect outside: it only computes, and so do all in its body.</summary>
    public bool OnlyComputes(NodePlan node) =>
        node.Type.IsPure || (node.Type.HasBody && node.BodyIds.All(id => this[id].Type is { IsPure: true } or { HasBody: true }));

    /// <summary>The shape of a graph, in which each node says whether a step that runs it is short.</summary>
    private Topology Shape(WorkflowScope scope)
    {
        var topology = scope.Topology;
        var isLong = scope.Nodes.Select(node => this[node.Id].Type is { IsPure: false, Waits: false }).ToArray();
        var heads = Segment.Heads(topology);
        for (var node = 0; node < isLong.Length; node++)
        {
            for (var at = node; isLong[at] && heads[at] is { } head && !isLong[head]; at = head)
                isLong[head] = true;
        }

        return new Topology(
            [.. topology.Nodes.Select((node, place) => node with
            {
                Body = node.Body is null ? null : Shape(Graph.Scope(node.Id)),
                IsShort = !isLong[place],
            })],
            topology.Edges);
    }

    /// <summary>Makes a plan, or says everything that is wrong with the workflow.</summary>
    public static (WorkflowPlan? Plan, IReadOnlyList<Problem> Problems) Make(string version, WorkflowFile file, NodeCatalog catalog)
    {
        var (graph, problems) = GraphReader.Read(file, catalog);
        return (graph is null ? null : new WorkflowPlan(version, graph, catalog), problems);
    }
}

/// <summary>A node made ready to run.</summary>
internal sealed class NodePlan
{
    private readonly HashSet<string>? _bodyIds;

    internal NodePlan(
        WorkflowNode node,
        NodeType type,
        IReadOnlySet<string> nodeIds,
        WorkflowGraph graph,
        IReadOnlyList<IncomingEdge> incoming)
    {
        (Node, Type, Incoming) = (node, type, incoming);
        Depth = graph.Depth(node.Id);
        Policy = NodePolicy.Read(node.Data, type.Schema);
        Settings = SettingsTemplate.Compile(type.Schema, node.Data);
        ReadsItem = Settings.Variables.Any(read => read.Variable.Root is "item" or "index");
        var readsAny = Settings.Variables.Any(read => read.Variable is { Root: "nodes", Member: null });
        var reads = readsAny
            ? graph.Ancestors(node.Id)
            : Settings.Variables.Select(read => NodeType.NodeIdOf(read.Variable, nodeIds)).OfType<string>().Distinct();
        Reads = [.. reads.Select(id => new ReadOutput(id, graph.Depth(id)))];
        var needed = Settings.Variables.Where(read => !read.Variable.HasDefault).Select(read => NodeType.NodeIdOf(read.Variable, nodeIds));
        Needs = [.. needed.OfType<string>().Distinct().Select(id => new ReadOutput(id, graph.Depth(id)))];
        if (type.HasBody)
        {
            Body = graph.Scope(node.Id);
            _bodyIds = [.. graph.Nodes.Where(inner => IsWithin(graph, inner, node.Id)).Select(inner => inner.Id)];
        }
    }

    /// <summary>The node as it was drawn.</summary>
    public WorkflowNode Node { get; }

    /// <summary>Its type.</summary>
    public NodeType Type { get; }

    /// <summary>Its retries, time-out and the like.</summary>
    public NodePolicy Policy { get; }

    /// <summary>Its settings, with their templates parsed.</summary>
    public SettingsTemplate Settings { get; }

    /// <summary>How many bodies it is in, one within the other.</summary>
    public int Depth { get; }

    /// <summary>Its body; null for a node without one.</summary>
    public WorkflowScope? Body { get; }

    /// <summary>The ids of all nodes in its body, nested bodies included.</summary>
    public IReadOnlyCollection<string> BodyIds => _bodyIds ?? (IReadOnlyCollection<string>)[];

    /// <summary>The nodes whose outputs its settings read.</summary>
    public IReadOnlyList<ReadOutput> Reads { get; }

    /// <summary>Those of them without which its settings cannot be rendered: they are read without a default.</summary>
    public IReadOnlyList<ReadOutput> Needs { get; }

    /// <summary>Whether its settings read the item that its body runs for.</summary>
    public bool ReadsItem { get; }

    /// <summary>The edges that lead to it.</summary>
    public IReadOnlyList<IncomingEdge> Incoming { get; }

    /// <summary>Whether it reads one of these params.</summary>
    public bool ReadsAny(IReadOnlySet<string> parameters) => Type.ReadsParams
        || Settings.Variables.Any(
            read => read.Variable is { Root: "params", Member: var name } && (name is null || parameters.Contains(name)));

    /// <summary>Whether a node runs in this node's body.</summary>
    /// <param name="inner">The node.</param>
    /// <param name="path">This node, as the record names it.</param>
    public bool IsInBody(NodePath inner, NodePath path) =>
        _bodyIds?.Contains(inner.NodeId) == true && inner.Items.StartsWith(path.Items + "#", StringComparison.Ordinal);

    private static bool IsWithin(WorkflowGraph graph, WorkflowNode inner, string bodyId)
    {
        for (var parent = inner.ParentId; parent is not null; parent = graph[parent].ParentId)
        {
            if (parent == bodyId)
                return true;
        }

        return false;
    }
}

/// <summary>An output that a node reads.</summary>
/// <param name="NodeId">The node that gives it.</param>
/// <param name="Depth">How many bodies that node is in.</param>
internal readonly record struct ReadOutput(string NodeId, int Depth);

/// <summary>An edge as the node that it leads to sees it.</summary>
/// <param name="SourceId">The node that it leaves.</param>
/// <param name="Branch">Live only if the source took this branch.</param>
internal sealed record IncomingEdge(string SourceId, string? Branch);
