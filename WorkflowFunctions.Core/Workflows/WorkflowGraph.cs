using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowFunctions.Workflows;

/// <summary>A node of a workflow.</summary>
/// <param name="Index">Its place in the file's <c>nodes</c>.</param>
/// <param name="Id">The id that React Flow gave it.</param>
/// <param name="Type">Its node type, resolved from <c>type</c>, <c>data.node_type</c> or <c>data.type</c>.</param>
/// <param name="Data">Its settings: the <c>data</c> object of the file.</param>
/// <param name="Join">When it runs, if several edges come in.</param>
/// <param name="ParentId">The node whose body it is part of (<c>for_each</c>); null for a node of the workflow itself.</param>
internal sealed record WorkflowNode(int Index, string Id, string Type, JsonElement Data, JoinKind Join, string? ParentId = null)
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
internal sealed record WorkflowEdge(int Source, int Target, string? Branch);

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

/// <summary>A workflow that has been checked: a directed acyclic graph of known nodes, some of which have a body of their own.</summary>
internal sealed class WorkflowGraph
{
    private readonly Dictionary<string, int> _indexById;
    private readonly Dictionary<string, WorkflowScope> _bodies = new(StringComparer.Ordinal);
    private readonly BitArray?[] _ancestors;

    internal WorkflowGraph(IReadOnlyList<WorkflowNode> nodes, IReadOnlyList<WorkflowEdge> edges, BitArray?[] ancestors)
    {
        Nodes = nodes;
        Edges = edges;
        _ancestors = ancestors;
        _indexById = nodes.ToDictionary(node => node.Id, node => node.Index, StringComparer.Ordinal);
        // Edges never leave a scope, so that the source alone says which one an edge is part of.
        var edgesByScope = edges.ToLookup(edge => nodes[edge.Source].ParentId);
        var nodesByScope = nodes.ToLookup(node => node.ParentId);
        Root = ScopeOf(null, nodesByScope, edgesByScope);
    }

    /// <summary>All nodes, in the order of the file.</summary>
    public IReadOnlyList<WorkflowNode> Nodes { get; }

    /// <summary>All edges, in the order of the file.</summary>
    public IReadOnlyList<WorkflowEdge> Edges { get; }

    /// <summary>The nodes of the workflow itself; those that count for its progress and whose ends give its outputs.</summary>
    public WorkflowScope Root { get; }

    /// <summary>Finds a node by its id.</summary>
    /// <exception cref="KeyNotFoundException">The workflow has no such node.</exception>
    public WorkflowNode this[string nodeId] => Nodes[_indexById[nodeId]];

    /// <summary>Finds a node by its id; null where the workflow has none.</summary>
    public WorkflowNode? Find(string nodeId) => _indexById.TryGetValue(nodeId, out var index) ? Nodes[index] : null;

    /// <summary>The body of a node, or the workflow itself for null.</summary>
    /// <exception cref="KeyNotFoundException">The node has no body.</exception>
    public WorkflowScope Scope(string? parentId) => parentId is null ? Root : _bodies[parentId];

    /// <summary>How many bodies a node is in, one within the other: 0 for a node of the workflow itself.</summary>
    public int Depth(string nodeId)
    {
        var depth = 0;
        for (var parent = this[nodeId].ParentId; parent is not null; parent = this[parent].ParentId)
            depth++;
        return depth;
    }

    /// <summary>The ids of all nodes from which a path leads to the given one; in a body, also of those before the body.</summary>
    public IEnumerable<string> Ancestors(string nodeId)
    {
        var ancestors = _ancestors[_indexById[nodeId]];
        for (var i = 0; ancestors is not null && i < ancestors.Length; i++)
        {
            if (ancestors[i])
                yield return Nodes[i].Id;
        }
    }

    /// <summary>Whether a path leads from a node to another one; to one in a body, also if it leads to the body.</summary>
    public bool Precedes(string earlier, string later) =>
        _indexById.TryGetValue(earlier, out var index) && _ancestors[_indexById[later]] is { } ancestors && ancestors[index];

    /// <summary>
    /// Whether a node runs after another one for the items of loops that both are in, or after a loop in whose body the other one is.
    /// </summary>
    /// <param name="later">The one, as the record names it.</param>
    /// <param name="earlier">The other one.</param>
    public bool IsAfter(NodePath later, NodePath earlier) =>
        Containers(earlier).Prepend(earlier).Any(node => Precedes(node.NodeId, later.NodeId) && later.IsFor(node.Items));

    /// <summary>The loops in whose bodies a node is, the innermost first.</summary>
    public IEnumerable<NodePath> Containers(NodePath node)
    {
        var depth = Depth(node.NodeId);
        for (var parent = this[node.NodeId].ParentId; parent is not null; parent = this[parent].ParentId)
            yield return NodePath.Parse(node.See(parent, --depth));
    }

    private WorkflowScope ScopeOf(
        string? parentId, ILookup<string?, WorkflowNode> nodesByScope, ILookup<string?, WorkflowEdge> edgesByScope)
    {
        var nodes = nodesByScope[parentId].ToList();
        foreach (var node in nodes.Where(node => nodesByScope.Contains(node.Id)))
            _bodies[node.Id] = ScopeOf(node.Id, nodesByScope, edgesByScope);
        return new WorkflowScope(nodes, [.. edgesByScope[parentId]], _bodies);
    }
}
