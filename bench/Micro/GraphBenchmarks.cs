using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Bench.Engine;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Bench.Micro;

/// <summary>Reading a workflow, and deciding what runs next.</summary>
[MemoryDiagnoser]
public class GraphBenchmarks
{
    private WorkflowFile _file = null!;
    private NodeCatalog _catalog = null!;
    private Topology _topology = null!;

    /// <summary>The nodes of the workflow: layers of ten, each connected to all of the next.</summary>
    [Params(100, 1_000)]
    public int Nodes { get; set; }

    /// <summary>Draws the workflow.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var (nodes, edges) = new Workload("grid", 1, 1, 0, [.. Enumerable.Repeat(10, Nodes / 10)]).Draw();
        _file = new WorkflowFile(nodes, edges);
        _catalog = MicroServices.Provider.GetRequiredService<NodeCatalog>();
        _topology = WorkflowPlan.Make("v", _file, _catalog).Plan!.Graph.Root.Topology;
    }

    /// <summary>From JSON to a checked graph with its settings parsed.</summary>
    [Benchmark]
    public object? Parse() => WorkflowPlan.Make("v", _file, _catalog).Plan;

    /// <summary>From the first node to the last, settling one at a time.</summary>
    [Benchmark]
    public int Frontier()
    {
        var frontier = new Frontier(_topology);
        while (frontier.TryTakeReady(out var node))
            frontier.Settle(Settlement.Completed(node));
        return frontier.SettledCount;
    }
}
