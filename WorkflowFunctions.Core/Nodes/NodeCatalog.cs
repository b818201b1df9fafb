using System.Collections.Frozen;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes;

/// <summary>The node types that are registered.</summary>
public sealed class NodeCatalog : INodeShapes
{
    private readonly FrozenDictionary<string, NodeType> _types;

    /// <summary>A catalog of these types; the last one of a name wins, so that a team can replace a built-in one.</summary>
    public NodeCatalog(IEnumerable<NodeType> types)
    {
        var byName = new SortedDictionary<string, NodeType>(StringComparer.Ordinal);
        foreach (var type in types)
            byName[type.Name] = type;
        Types = [.. byName.Values];
        Names = [.. byName.Keys];
        _types = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>All types, by name.</summary>
    public IReadOnlyList<NodeType> Types { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>The type of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; a checked graph has only known types.</exception>
    public NodeType this[string name] => _types[name];

    /// <inheritdoc/>
    public INodeShape? Find(string type) => _types.GetValueOrDefault(type);
}
