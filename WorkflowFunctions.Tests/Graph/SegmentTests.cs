using CsCheck;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Graph;

/// <summary>The nodes that one step may run.</summary>
public class SegmentTests
{
    [Fact]
    public void It_has_the_nodes_that_its_first_one_alone_leads_to()
    {
        // 0 → 1 → 2 → 4, 0 → 3 → 4 → 5, 6 → 5
        var graph = new Topology(
            [.. Enumerable.Range(0, 7).Select(node => new TopologyNode($"n{node}", JoinKind.All))],
            [new(0, 1, null), new(1, 2, null), new(2, 4, null), new(0, 3, null), new(3, 4, null), new(4, 5, null), new(6, 5, null)]);

        Assert.Equal([0, 1, 3, 2, 4], Segment.From(graph, 0).Places);
        Assert.Equal([1, 2], Segment.From(graph, 1).Places);
        Assert.Equal([6], Segment.From(graph, 6).Places);
        Assert.Equal([false, false, false, false, true], Enumerable.Range(0, 5).Select(Segment.From(graph, 0).LeadsOutside));
    }

    [Fact]
    public void All_edges_of_its_nodes_but_the_first_come_from_its_nodes() =>
        Gen.Select(GeneratedWorkflow.Any, Gen.Int[0, 39])
            .Sample(
                (drawing, node) =>
                {
                    var first = node % drawing.Topology.Nodes.Count;
                    var segment = Segment.From(drawing.Topology, first);
                    Assert.Equal(segment.Places.Count, segment.Places.Distinct().Count());
                    Assert.All(
                        drawing.Topology.Edges.Where(edge => edge.Target != first && segment.Places.Contains(edge.Target)),
                        edge => Assert.Contains(edge.Source, segment.Places));
                });
}
