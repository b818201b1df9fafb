namespace WorkflowFunctions.Workflows;

/// <summary>Nodes that run as one graph: those of a workflow itself, or the body of a <c>for_each</c>.</summary>
internal sealed class WorkflowScope
{
    private readonly Dictionary<string, int> _placeById = new(StringComparer.Ordinal);

    internal WorkflowScope(
        IReadOnlyList<WorkflowNode> nodes, IReadOnlyList<WorkflowEdge> edges, IReadOnlyDictionary<string, WorkflowScope> bodies)
    {
        Nodes = nodes;
        var placeByIndex = new Dictionary<int, int>(nodes.Count);
        for (var place = 0; place < nodes.Count; place++)
            (_placeById[nodes[place].Id], placeByIndex[nodes[place].Index]) = (place, place);
        Topology = new Topology(
            [.. nodes.Select(node => new TopologyNode(node.Id, node.Join, bodies.GetValueOrDefault(node.Id)?.Topology))],
            [.. edges.Select(edge => new TopologyEdge(placeByIndex[edge.Source], placeByIndex[edge.Target], edge.Branch))]);
        var sources = edges.Select(edge => edge.Source).ToHashSet();
        Ends = [.. nodes.Where(node => !sources.Contains(node.Index)).Select(node => node.Id)];
    }

    /// <summary>The nodes, in the order of the file.</summary>
    public IReadOnlyList<WorkflowNode> Nodes { get; }

    /// <summary>Ids and edges alone: all that is needed to decide what runs next.</summary>
    public Topology Topology { get; }

    /// <summary>The ids of the nodes without outgoing edges; their outputs are the outputs of the whole.</summary>
    public IReadOnlyList<string> Ends { get; }

    /// <summary>The place of a node in <see cref="Topology"/>.</summary>
    /// <exception cref="KeyNotFoundException">The node is not in this scope.</exception>
    public int PlaceOf(string nodeId) => _placeById[nodeId];
}
