using System.Collections;

namespace WorkflowFunctions.Workflows;

/// <summary>For each node the set of nodes from which a path leads to it.</summary>
internal static class AncestorSets
{
    /// <summary>One pass in topological order; a set is one bit a node, so 10,000 nodes need 12.5 MB at the most.</summary>
    /// <param name="order">The nodes in topological order.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="parents">The node whose body each node is part of; what comes before the body comes before its nodes.</param>
    /// <returns>The sets by node; null for a node without ancestors.</returns>
    public static BitArray?[] Find(IReadOnlyList<int> order, IReadOnlyList<WorkflowEdge> edges, IReadOnlyList<int?> parents)
    {
        var incoming = edges.ToLookup(edge => edge.Target, edge => edge.Source);
        var ancestors = new BitArray?[order.Count];
        foreach (var node in order)
        {
            foreach (var source in incoming[node])
            {
                var set = ancestors[node] ??= new BitArray(order.Count);
                set[source] = true;
                if (ancestors[source] is { } inherited)
                    set.Or(inherited);
            }
        }

        foreach (var node in order)
            Inherit(node, parents, ancestors);
        return ancestors;
    }

    private static void Inherit(int node, IReadOnlyList<int?> parents, BitArray?[] ancestors)
    {
        for (var parent = parents[node]; parent is { } index; parent = parents[index])
        {
            if (ancestors[index] is { } inherited)
                ancestors[node] = (ancestors[node] ?? new BitArray(ancestors.Length)).Or(inherited);
        }
    }
}
