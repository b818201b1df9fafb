namespace WorkflowFunctions.Workflows;

/// <summary>
/// The nodes that one step may run: a node, and those that are reached from it alone (that it dominates). All of their edges come from it
/// and from each other, so that nothing but that step can make them ready. Pure.
/// </summary>
internal sealed class Segment
{
    /// <summary>How many nodes it has at the most: a step stays small enough to be delivered again.</summary>
    private const int MaxNodes = 256;

    private readonly bool[] _leadsOutside;

    private Segment(IReadOnlyList<int> places, Topology topology, bool[] leadsOutside) =>
        (Places, Topology, _leadsOutside) = (places, topology, leadsOutside);

    /// <summary>The places of its nodes in the graph that they are part of, the first node first.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>Its nodes alone, in the same order, with the edges between them.</summary>
    public Topology Topology { get; }

    /// <summary>Whether an edge leads from one of its nodes to one that is not: that one may be waiting for nothing else.</summary>
    /// <param name="node">Its place in <see cref="Topology"/>.</param>
    public bool LeadsOutside(int node) => _leadsOutside[node];

    /// <summary>
    /// For each node the closest other one in whose segment it is, as far as segments have no bound; null for none. It is the immediate
    /// dominator, and the head of that one the next.
    /// </summary>
    public static int?[] Heads(Topology graph)
    {
        var heads = new int?[graph.Nodes.Count];
        var depths = new int[heads.Length];
        var sources = graph.Edges.ToLookup(edge => edge.Target, edge => edge.Source);
        var left = Enumerable.Range(0, heads.Length).Select(graph.EnteringCount).ToArray();
        var next = new Queue<int>(Enumerable.Range(0, heads.Length).Where(node => left[node] == 0));
        while (next.TryDequeue(out var node))
        {
            heads[node] = sources[node].Select(source => (int?)source).DefaultIfEmpty().Aggregate(Common);
            depths[node] = heads[node] is { } head ? depths[head] + 1 : 0;
            foreach (var edge in graph.Leaving(node))
            {
                if (--left[edge.Target] == 0)
                    next.Enqueue(edge.Target);
            }
        }

        return heads;

        int? Common(int? one, int? other)
        {
            while (one != other && one is { } a && other is { } b)
                (one, other) = depths[a] >= depths[b] ? (heads[a], other) : (one, heads[b]);
            return one == other ? one : null;
        }
    }

    /// <summary>The segment that begins with a node.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="first">The place of the node in it.</param>
    public static Segment From(Topology graph, int first)
    {
        var places = new List<int> { first };
        var nodes = new Dictionary<int, int> { [first] = 0 };
        var edgesLeft = new Dictionary<int, int>();
        for (var node = 0; node < places.Count; node++)
        {
            foreach (var edge in graph.Leaving(places[node]))
            {
                var left = edgesLeft[edge.Target] = edgesLeft.GetValueOrDefault(edge.Target, graph.EnteringCount(edge.Target)) - 1;
                if (left > 0 || places.Count == MaxNodes)
                    continue;
                nodes[edge.Target] = places.Count;
                places.Add(edge.Target);
            }
        }

        var leaving = places.SelectMany(place => graph.Leaving(place));
        var topology = new Topology(
            [.. places.Select(place => graph.Nodes[place])],
            [
                .. leaving
                    .Where(edge => nodes.ContainsKey(edge.Target))
                    .Select(edge => new TopologyEdge(nodes[edge.Source], nodes[edge.Target], edge.Branch)),
            ]);
        return new Segment(
            places, topology, [.. places.Select(place => graph.Leaving(place).Any(edge => !nodes.ContainsKey(edge.Target)))]);
    }
}
