using System.Text.Json.Serialization;

namespace WorkflowFunctions.Workflows;

/// <summary>
/// The bare shape of a workflow: ids, joins and edges. Small and serialisable, so that an orchestration can hold it in
/// its history (design, rule 1).
/// </summary>
/// <param name="Nodes">The nodes; edges name them by their place here.</param>
/// <param name="Edges">The edges.</param>
internal sealed record Topology(IReadOnlyList<TopologyNode> Nodes, IReadOnlyList<TopologyEdge> Edges)
{
    private Adjacency? _adjacency;

    /// <summary>The edges that leave a node.</summary>
    internal IReadOnlyList<TopologyEdge> Leaving(int node) => Edged.Leaving[node] ?? (IReadOnlyList<TopologyEdge>)[];

    /// <summary>The number of edges that enter a node.</summary>
    internal int EnteringCount(int node) => Edged.Entering[node];

    // Worked out with the first question, and kept: many frontiers are made over one shape.
    private Adjacency Edged => _adjacency ??= new Adjacency(this);

    private sealed class Adjacency
    {
        public Adjacency(Topology topology)
        {
            (Leaving, Entering) = (new List<TopologyEdge>?[topology.Nodes.Count], new int[topology.Nodes.Count]);
            foreach (var edge in topology.Edges)
            {
                (Leaving[edge.Source] ??= []).Add(edge);
                Entering[edge.Target]++;
            }
        }

        public List<TopologyEdge>?[] Leaving { get; }

        public int[] Entering { get; }
    }
}

/// <summary>A node of a <see cref="Topology"/>.</summary>
/// <param name="Id">The node's id.</param>
/// <param name="Join">When it runs, if several edges come in.</param>
/// <param name="Body">The shape of its body, which runs once for each item of a <c>for_each</c>; null for a node without one.</param>
/// <param name="IsShort">A step that runs it takes no time to speak of: it only computes or begins to wait, and so do those it goes on to.</param>
internal sealed record TopologyNode(
    string Id,
    JoinKind Join,
    Topology? Body = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsShort = false);

/// <summary>An edge of a <see cref="Topology"/>.</summary>
/// <param name="Source">Index of the node it leaves.</param>
/// <param name="Target">Index of the node it enters.</param>
/// <param name="Branch">Live only if the source took this branch; null for always.</param>
internal sealed record TopologyEdge(int Source, int Target, string? Branch);
