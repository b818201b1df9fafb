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

/// <summary>
/// The bare shape of a workflow: ids, joins and edges. Small and serialisable, so that an orchestration can hold it in
/// its history (design, rule 1).
/// </summary>
/// <param name="Nodes">The nodes; edges name them by their place here.</param>
/// <param name="Edges">The edges.</param>
public sealed record Topology(IReadOnlyList<TopologyNode> Nodes, IReadOnlyList<TopologyEdge> Edges);

/// <summary>A node of a <see cref="Topology"/>.</summary>
/// <param name="Id">The node's id.</param>
/// <param name="Join">When it runs, if several edges come in.</param>
/// <param name="Body">The shape of its body, which runs once for each item of a <c>for_each</c>; null for a node without one.</param>
public sealed record TopologyNode(string Id, JoinKind Join, Topology? Body = null);

/// <summary>An edge of a <see cref="Topology"/>.</summary>
/// <param name="Source">Index of the node it leaves.</param>
/// <param name="Target">Index of the node it enters.</param>
/// <param name="Branch">Live only if the source took this branch; null for always.</param>
public sealed record TopologyEdge(int Source, int Target, string? Branch);
