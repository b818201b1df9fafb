using CsCheck;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Tests.Graph;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Orchestration;

/// <summary>The orchestration over a record in memory; <see cref="ModelEngine"/> checks what must hold at every moment.</summary>
public sealed class WorkflowOrchestrationTests
{
    private static readonly Gen<int> s_parallel = Gen.OneOf(Gen.Int[1, 5], Gen.Const(50));

    private static readonly Gen<int> s_steps = Gen.OneOf(Gen.Int[1, 10], Gen.Const(int.MaxValue));

    /// <summary>How often each node runs again; most do not.</summary>
    private static readonly Gen<int[]> s_waits = Gen.OneOf(Gen.Const(0), Gen.Const(0), Gen.Int[0, 3]).Array[40];

    private static readonly Gen<int> s_seed = Gen.Int[0, int.MaxValue];

    [Fact]
    public void Every_node_that_is_to_run_runs_and_waits_as_often_as_it_asks_to() =>
        Gen.Select(GeneratedWorkflow.Any, s_waits, s_parallel, s_steps, s_seed).Sample(
            (drawing, waits, parallel, steps, seed) =>
            {
                var record = new ModelRecord(drawing, waits, new HashSet<int>(), parallel);
                var engine = new ModelEngine(record, seed) { MaxParallel = parallel, MaxSteps = steps };
                engine.Run();
                AssertCompleted(drawing, record, waits);
                if (steps == int.MaxValue)
                    Assert.Equal(1, engine.Generations);
            },
            iter: 300);

    [Fact]
    public void Pausing_and_resuming_at_any_moment_ends_with_the_same_result() =>
        Gen.Select(GeneratedWorkflow.Any, s_waits, s_parallel, s_steps, s_seed).Sample(
            (drawing, waits, parallel, steps, seed) =>
            {
                var record = new ModelRecord(drawing, waits, new HashSet<int>(), parallel);
                new ModelEngine(record, seed) { MaxParallel = parallel, MaxSteps = steps, MaxPauses = 10 }.Run();
                AssertCompleted(drawing, record, waits);
            },
            iter: 300);

    [Fact]
    public void A_node_that_fails_fails_the_execution() =>
        Gen.Select(GeneratedWorkflow.Any, s_waits, Gen.Int[0, 39].Array[1, 5], s_parallel, s_steps, Gen.Int[0, 3], s_seed).Sample(
            (drawing, waits, fails, parallel, steps, pauses, seed) =>
            {
                var record = new ModelRecord(drawing, waits, fails.ToHashSet(), parallel);
                new ModelEngine(record, seed) { MaxParallel = parallel, MaxSteps = steps, MaxPauses = pauses }.Run();
                var runs = drawing.Runs();
                if (!fails.Any(node => node < runs.Length && runs[node]))
                {
                    AssertCompleted(drawing, record, waits);
                    return;
                }

                Assert.Equal(ExecutionStatus.Failed, record.Status);
                var failed = Assert.Single(fails.Distinct(), node => $"n{node}" == record.Finished!.FailedNodeId);
                Assert.Equal($"n{failed} failed", record.Finished!.Error);
            },
            iter: 300);

    [Fact]
    public void A_step_that_breaks_ends_the_run_and_the_next_one_goes_on_from_the_record() =>
        Gen.Select(GeneratedWorkflow.Any, s_waits, s_parallel, s_steps, Gen.Int[0, 60], Gen.Int[0, 2], s_seed).Sample(
            (drawing, waits, parallel, steps, broken, pauses, seed) =>
            {
                var record = new ModelRecord(drawing, waits, new HashSet<int>(), parallel);
                new ModelEngine(record, seed) { MaxParallel = parallel, MaxSteps = steps, BrokenStep = broken, MaxPauses = pauses }.Run();
                AssertCompleted(drawing, record, waits);
            },
            iter: 300);

    [Fact]
    public void Nodes_that_take_no_time_share_a_step_and_the_others_have_one_each()
    {
        var topology = new Topology(
            [.. Enumerable.Range(0, 9).Select(node => new TopologyNode($"n{node}", JoinKind.All, IsShort: node < 7))], []);
        var drawing = new GeneratedWorkflow(topology, [.. Enumerable.Range(0, 9)], new string?[9]);
        var record = new ModelRecord(drawing, new int[9], new HashSet<int>(), maxParallel: 8);
        var context = new SteppedContext(int.MaxValue);
        _ = WorkflowOrchestration.RunAsync(context);

        var open = Assert.Single(context.Pending, operation => operation.Kind == OperationKind.Step);
        context.Answer(open.Id, record.Run(open.Name, open.Input));
        Assert.Equal(["n0 n1 n2", "n3 n4 n5", "n7", "n6"], Nodes());

        // All outcomes of a step are heard before the next one starts: what they make room for shares a step as well.
        var first = context.Pending.First(operation => operation.Input is RunNodes);
        context.Answer(first.Id, record.Run(first.Name, first.Input));
        Assert.Equal(["n3 n4 n5", "n7", "n6", "n8"], Nodes());

        IEnumerable<string> Nodes() => context.Pending.Where(operation => operation.Kind == OperationKind.Step).Select(operation =>
            operation.Input is RunNodes several ? string.Join(' ', several.NodeIds) : ((RunNode)operation.Input!).NodeId);
    }

    private static void AssertCompleted(GeneratedWorkflow drawing, ModelRecord record, int[] waits)
    {
        var runs = drawing.Runs();
        Assert.Equal(ExecutionStatus.Completed, record.Status);
        Assert.Equal(Enumerable.Range(0, runs.Length).Where(node => runs[node]), record.Ran.Order());
        Assert.Equal(Enumerable.Range(0, runs.Length).Where(node => !runs[node]), record.Skipped.Order());
        Assert.All(record.Ran, node => Assert.Equal(waits[node] + 1, record.Attempts(node)));
    }
}
