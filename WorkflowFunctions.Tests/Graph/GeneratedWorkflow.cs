using CsCheck;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Graph;

/// <summary>A generated workflow with what each node does: the branch that it takes once it runs.</summary>
/// <param name="Topology">The shape. An edge may point to a node that stands before its source.</param>
/// <param name="Order">The nodes in an order in which every edge points forward.</param>
/// <param name="Taken">The branch that each node takes, by index.</param>
internal sealed record GeneratedWorkflow(Topology Topology, IReadOnlyList<int> Order, IReadOnlyList<string?> Taken)
{
    private static readonly string?[] s_branches = [null, null, "true", "false", Frontier.ErrorBranch];

    /// <summary>Graphs of 1 to 40 nodes, from sparse to dense, with parallel edges, branches and both joins.</summary>
    public static Gen<GeneratedWorkflow> Any { get; } =
        from order in Gen.Int[1, 40].SelectMany(count => Gen.Shuffle(Enumerable.Range(0, count).ToArray()))
        from joins in Gen.OneOf(JoinKind.All, JoinKind.Any).Array[order.Length]
        from taken in Gen.OneOf(s_branches).Array[order.Length]
        from edges in Gen.Select(Gen.Int[0, order.Length - 1], Gen.Int[0, order.Length - 1], Gen.OneOf(s_branches)).Array[
            0,
            order.Length * 2
        ]
        select new GeneratedWorkflow(
            new Topology(
                [.. joins.Select((kind, index) => new TopologyNode($"n{index}", kind, IsShort: index % 3 != 0))],
                [.. edges.Where(edge => edge.Item1 != edge.Item2).Select(edge => new TopologyEdge(
                    order[Math.Min(edge.Item1, edge.Item2)], order[Math.Max(edge.Item1, edge.Item2)], edge.Item3))]),
            order,
            taken);

    /// <summary>
    /// Which nodes run: those without incoming edges, and those with an incoming edge that is live. That holds for both joins:
    /// a node that waits for all edges and one that waits for any runs in the end if one is live; only the time differs.
    /// </summary>
    public bool[] Runs()
    {
        var runs = new bool[Topology.Nodes.Count];
        foreach (var node in Order)
        {
            var incoming = Topology.Edges.Where(edge => edge.Target == node).ToList();
            runs[node] = incoming.Count == 0 || incoming.Any(edge => runs[edge.Source] && IsLive(edge));
        }

        return runs;
    }

    /// <summary>Whether an edge is live once its source has run.</summary>
    public bool IsLive(TopologyEdge edge) =>
        (edge.Branch, Taken[edge.Source]) switch
        {
            (null, Frontier.ErrorBranch) => false,
            (null, _) => true,
            var (branch, taken) => branch == taken,
        };

    /// <summary>What the frontier is told once a node has run.</summary>
    public Settlement Settle(int node) => Settlement.Completed(node, Taken[node]);

    public override string ToString() =>
        string.Join(' ', Topology.Nodes.Select((node, index) => $"{node.Id}:{node.Join}->{Taken[index] ?? "-"}"))
        + " | " + string.Join(
            ' ', Topology.Edges.Select(edge => $"{edge.Source}-{edge.Target}{(edge.Branch is null ? "" : ":" + edge.Branch)}"));
}
