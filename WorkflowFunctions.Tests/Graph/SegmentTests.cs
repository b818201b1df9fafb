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
    public void A_step_is_short_if_none_of_the_nodes_that_it_runs_has_an_effect()
    {
        var (plan, problems) = WorkflowText.Plan("""
            {
              "nodes": [
                { "id": "computes", "type": "transform", "data": { "template": "x" } },
                { "id": "leads", "type": "transform", "data": { "template": "x" } },
                { "id": "writes", "type": "generate_copy", "data": { "prompt": "x" } },
                { "id": "joins", "type": "merge", "data": {} },
                { "id": "then", "type": "generate_copy", "data": { "prompt": "x" } },
                { "id": "decides", "type": "condition", "data": { "if": "1 == 1" } },
                { "id": "one", "type": "transform", "data": { "template": "x" } },
                { "id": "two", "type": "transform", "data": { "template": "x" } },
                { "id": "both", "type": "merge", "data": {} },
                { "id": "calls", "type": "http_request", "data": { "url": "http://x.test/" } },
                { "id": "asks", "type": "approval", "data": {} },
                { "id": "each", "type": "for_each", "data": { "items": [1, 2] } },
                { "id": "inner", "type": "task", "parentId": "each", "data": { "name": "x" } },
                { "id": "other", "type": "http_request", "parentId": "each", "data": { "url": "http://x.test/" } }
              ],
              "edges": [
                { "id": "1", "source": "computes", "target": "joins" },
                { "id": "2", "source": "leads", "target": "writes" },
                { "id": "3", "source": "writes", "target": "joins" },
                { "id": "4", "source": "joins", "target": "then" },
                { "id": "5", "source": "decides", "target": "one", "sourceHandle": "true" },
                { "id": "6", "source": "decides", "target": "two", "sourceHandle": "false" },
                { "id": "7", "source": "one", "target": "both" },
                { "id": "8", "source": "two", "target": "both" },
                { "id": "9", "source": "both", "target": "calls" }
              ]
            }
            """);

        Assert.Empty(problems);
        // What a step goes on to counts as well, also behind a join of its own.
        Assert.Equal(["computes", "one", "two", "asks", "each"], Short(plan!.Topology));
        Assert.Equal(["inner"], Short(plan.ShapeOf(plan["each"]).Body!));
        Assert.Equal("inner", plan.ShapeOf(plan["inner"]).Id);

        static IEnumerable<string> Short(Topology topology) => topology.Nodes.Where(node => node.IsShort).Select(node => node.Id);
    }

    [Fact]
    public void Its_nodes_are_those_that_have_its_first_one_for_a_head() => GeneratedWorkflow.Any.Sample(drawing =>
    {
        var heads = Segment.Heads(drawing.Topology);
        for (var first = 0; first < heads.Length; first++)
        {
            Assert.Equal(
                Segment.From(drawing.Topology, first).Places.Order(),
                Enumerable.Range(0, heads.Length).Where(node => Chain(node).Contains(first)));
        }

        IEnumerable<int> Chain(int node)
        {
            for (int? at = node; at is { } place; at = heads[place])
                yield return place;
        }
    });

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
