using System.Text.Json;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>
/// The values that the templates of one node may read (workflow format, "Values"): <c>params</c>, <c>nodes</c>,
/// <c>execution</c>, <c>secrets</c>, <c>item</c>, <c>index</c>, and nodes by their bare id.
/// What a template opens of them stays open for the next one.
/// </summary>
internal sealed class ValueScope
{
    private readonly Dictionary<string, FluidValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FluidValue> _nodes = new(StringComparer.Ordinal);

    /// <summary>The names that win over a node that is called the same.</summary>
    public static IReadOnlySet<string> ReservedNames { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "params", "nodes", "execution", "secrets", "item", "index" };

    /// <summary>Sets one of <see cref="ReservedNames"/> other than <c>nodes</c>.</summary>
    public ValueScope Set(string name, JsonElement value)
    {
        _values[name] = LiquidValues.FromJson(value);
        return this;
    }

    /// <summary>Adds the output of a node.</summary>
    public ValueScope SetNode(string nodeId, JsonElement output)
    {
        _nodes[nodeId] = LiquidValues.FromJson(output);
        return this;
    }

    /// <summary>Finds a name at the top level; null if there is none.</summary>
    internal FluidValue? Find(string name) =>
        name == "nodes" ? new LiquidObject(_nodes)
        : _values.TryGetValue(name, out var value) || (!ReservedNames.Contains(name) && _nodes.TryGetValue(name, out value)) ? value
        : null;
}
