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
