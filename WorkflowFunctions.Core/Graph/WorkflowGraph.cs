using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowFunctions.Graph;

/// <summary>A node of a workflow.</summary>
/// <param name="Index">Its place in the file's <c>nodes</c>.</param>
/// <param name="Id">The id that React Flow gave it.</param>
/// <param name="Type">Its node type, resolved from <c>type</c>, <c>data.node_type</c> or <c>data.type</c>.</param>
/// <param name="Data">Its settings: the <c>data</c> object of the file.</param>
/// <param name="Join">When it runs, if several edges come in.</param>
public sealed record WorkflowNode(int Index, string Id, string Type, JsonElement Data, JoinKind Join)
{
    /// <summary>What people read: <c>data.label</c>, or the id.</summary>
    public string Label { get; } =
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty("label", out var label) && label.ValueKind == JsonValueKind.String
            ? label.GetString()!
            : Id;
}

/// <summary>An edge of a workflow.</summary>
/// <param name="Source">Index of the node it leaves.</param>
/// <param name="Target">Index of the node it enters.</param>
/// <param name="Branch">The <c>sourceHandle</c>; null for an edge that does not depend on a branch.</param>
public sealed record WorkflowEdge(int Source, int Target, string? Branch);

/// <summary>When a node with several incoming edges runs (workflow format, "Settings every node has").</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JoinKind>))]
public enum JoinKind
{
    /// <summary>When every incoming edge is settled and at least one of them is live.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>As soon as one incoming edge is live.</summary>
    [JsonStringEnumMemberName("any")]
    Any,
}

/// <summary>A workflow that has been checked: a directed acyclic graph of known nodes.</summary>
public sealed class WorkflowGraph
{
    private readonly Dictionary<string, int> _indexById;
    private readonly BitArray?[] _ancestors;

    internal WorkflowGraph(IReadOnlyList<WorkflowNode> nodes, IReadOnlyList<WorkflowEdge> edges, BitArray?[] ancestors)
    {
        Nodes = nodes;
        Edges = edges;
        _ancestors = ancestors;
        _indexById = nodes.ToDictionary(node => node.Id, node => node.Index, StringComparer.Ordinal);
        Topology = new Topology(
            [.. nodes.Select(node => new TopologyNode(node.Id, node.Join))],
            [.. edges.Select(edge => new TopologyEdge(edge.Source, edge.Target, edge.Branch))]);
        Ends = [.. Enumerable.Range(0, nodes.Count).Except(edges.Select(edge => edge.Source))];
    }

    /// <summary>The nodes, in the order of the file.</summary>
    public IReadOnlyList<WorkflowNode> Nodes { get; }

    /// <summary>The edges, in the order of the file.</summary>
    public IReadOnlyList<WorkflowEdge> Edges { get; }

    /// <summary>Ids and edges alone: all that is needed to decide what runs next.</summary>
    public Topology Topology { get; }

    /// <summary>Indexes of the nodes without outgoing edges; their outputs are the outputs of the execution.</summary>
    public IReadOnlyList<int> Ends { get; }

    /// <summary>Finds a node by its id.</summary>
    /// <exception cref="KeyNotFoundException">The workflow has no such node.</exception>
    public WorkflowNode this[string nodeId] => Nodes[_indexById[nodeId]];

    /// <summary>Finds a node by its id; null where the workflow has none.</summary>
    public WorkflowNode? Find(string nodeId) => _indexById.TryGetValue(nodeId, out var index) ? Nodes[index] : null;

    /// <summary>The ids of all nodes from which a path leads to the given one.</summary>
    public IEnumerable<string> Ancestors(string nodeId)
    {
        var ancestors = _ancestors[_indexById[nodeId]];
        for (var i = 0; ancestors is not null && i < ancestors.Length; i++)
        {
            if (ancestors[i])
                yield return Nodes[i].Id;
        }
    }
}
