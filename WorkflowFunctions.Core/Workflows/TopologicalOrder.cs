namespace WorkflowFunctions.Workflows;

/// <summary>The nodes of a graph in an order in which every edge points forward, or a cycle that prevents one.</summary>
/// <param name="Nodes">Indexes in order; incomplete where there is a cycle.</param>
/// <param name="Cycle">The indexes of one cycle, in its order; empty for an acyclic graph.</param>
internal readonly record struct TopologicalOrder(IReadOnlyList<int> Nodes, IReadOnlyList<int> Cycle)
{
    /// <summary>Kahn's algorithm; what it leaves over contains a cycle.</summary>
    public static TopologicalOrder Find(int nodeCount, IReadOnlyList<WorkflowEdge> edges)
    {
        var outgoing = edges.ToLookup(edge => edge.Source, edge => edge.Target);
        var incoming = new int[nodeCount];
        foreach (var edge in edges)
            incoming[edge.Target]++;

        var order = new List<int>(nodeCount);
        order.AddRange(Enumerable.Range(0, nodeCount).Where(node => incoming[node] == 0));
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var target in outgoing[order[i]])
            {
                if (--incoming[target] == 0)
                    order.Add(target);
            }
        }

        return new TopologicalOrder(order, order.Count == nodeCount ? [] : FindCycle(edges, incoming));
    }

    /// <summary>Every node left over has a predecessor that is left over, so that walking backwards must meet itself.</summary>
    private static List<int> FindCycle(IReadOnlyList<WorkflowEdge> edges, int[] incoming)
    {
        var predecessor = new Dictionary<int, int>();
        foreach (var edge in edges)
        {
            if (incoming[edge.Source] > 0 && incoming[edge.Target] > 0)
                predecessor.TryAdd(edge.Target, edge.Source);
        }

        var node = predecessor.Keys.Min();
        var seen = new HashSet<int>();
        while (seen.Add(node))
            node = predecessor[node];

        var cycle = new List<int> { node };
        for (var next = predecessor[node]; next != node; next = predecessor[next])
            cycle.Add(next);
        cycle.Reverse();
        return cycle;
    }
}
