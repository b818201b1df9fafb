using WorkflowFunctions.Workflows;
using static WorkflowFunctions.Tests.Graph.WorkflowText;

namespace WorkflowFunctions.Tests.Graph;

public sealed class GraphLimitTests
{
    private static readonly string[] s_ids = [.. Enumerable.Range(0, WorkflowFile.MaxNodes).Select(index => $"n{index}")];

    private static readonly string s_nodes = string.Join(',', s_ids.Select(Plain));

    [Fact]
    public void A_chain_of_10_000_nodes_is_read()
    {
        var graph = ReadValid(s_nodes, string.Join(',', s_ids.Skip(1).Select((id, index) => Edge(s_ids[index], id))));
        Assert.Equal(WorkflowFile.MaxNodes, graph.Nodes.Count);
        Assert.Equal([s_ids[^1]], graph.Root.Ends);
        Assert.Equal(WorkflowFile.MaxNodes - 1, graph.Ancestors(s_ids[^1]).Count());
    }

    [Fact]
    public void A_fan_of_10_000_nodes_is_read()
    {
        var graph = ReadValid(s_nodes, string.Join(',', s_ids.Skip(1).Select(id => Edge(s_ids[0], id))));
        Assert.Equal(WorkflowFile.MaxNodes - 1, graph.Root.Ends.Count);
    }

    [Fact]
    public void A_circle_of_10_000_nodes_is_refused_in_a_short_sentence()
    {
        var problem = Assert.Single(
            ReadInvalid(s_nodes, string.Join(',', s_ids.Select((id, index) => Edge(s_ids[(index + 1) % s_ids.Length], id)))));
        Assert.InRange(problem.Detail.Length, 20, 200);
    }

    [Fact]
    public void More_than_10_000_nodes_are_refused()
    {
        var problem = Assert.Single(ReadInvalid($"{s_nodes},{Plain("one-more")}"));
        Assert.Equal(new Problem("/nodes", "The workflow has 10001 nodes.", "1 to 10000 nodes") { PreventsSaving = true }, problem);
    }

    [Fact]
    public void More_than_50_000_edges_are_refused()
    {
        var edges = string.Join(',', Enumerable.Range(0, WorkflowFile.MaxEdges + 1).Select(_ => """{"source":"a","target":"b"}"""));
        Assert.Equal("/edges", Assert.Single(ReadInvalid(string.Join(',', Plain("a"), Plain("b")), edges)).Pointer);
    }

    [Fact]
    public void A_switch_of_thousands_of_cases_is_read()
    {
        var cases = Enumerable.Range(0, 20_000).Select(index => $"c{index}").ToList();
        var graph = ReadValid(
            $$"""{ "id": "s", "type": "switch", "data": { "value": "x", "cases": [{{string.Join(',', cases.Select(name => $"\"{name}\""))}}] } }, {{Plain("next")}}""",
            string.Join(',', cases.Select(name => Edge("s", "next", name))));
        Assert.Equal(cases.Count, graph.Edges.Count);
    }
}
