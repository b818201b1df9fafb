using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Testing;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Azure.Tests.Orchestration;

/// <summary>Slices of large loops: their ids, and that they replay.</summary>
public class SliceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("each", "inner#0", true)]
    [InlineData("each", "inner#99", true)]
    [InlineData("each", "inner#100", false)]
    [InlineData("each", "deep#7#500", true)]
    [InlineData("each", "outside", false)]
    [InlineData("each#3", "inner#3#99", true)]
    [InlineData("each#3", "inner#3", false)]
    [InlineData("each#3", "inner#4#99", false)]
    [InlineData("each#3", "inner#33#99", false)]
    [InlineData("each#3#12", "inner#3#12#5", true)]
    public void The_id_of_a_slice_says_which_nodes_it_may_have(string loop, string node, bool has)
    {
        var execution = $"exec-{Guid.CreateVersion7():N}";
        var id = SliceId.New(new LoopSlice(execution, loop, 0, 100, 1, 1), Guid.NewGuid());

        Assert.Equal(has, SliceId.MayHave(id, execution, NodePath.Parse(node)));
        Assert.StartsWith(SliceId.Prefix(execution), id, StringComparison.Ordinal);
        Assert.InRange(id.Length, 1, 100);
        Assert.DoesNotContain(id, letter => letter is '#' or '/' or '\\' or '?');
    }

    [Fact]
    public async Task Each_replay_of_a_slice_and_of_what_has_it_asks_for_what_the_one_before_has_asked_for()
    {
        var record = new FakeLoop(items: 1_250);
        var replays = new ConcurrentDictionary<string, ConcurrentQueue<List<string>>>();
        RecordingContext Recording(TaskOrchestrationContext context, LoopSlice? slice = null)
        {
            var asked = new List<string>();
            replays.GetOrAdd(context.InstanceId, _ => []).Enqueue(asked);
            return new RecordingContext(new DurableContext(context, slice), asked);
        }

        await using var host = await DurableTaskTestHost.StartAsync(
            registry =>
            {
                registry.AddOrchestratorFunc(WorkflowOrchestration.Name, context => WorkflowOrchestration.RunAsync(Recording(context)));
                registry.AddOrchestratorFunc<LoopSlice, NodeOutcome?>(
                    SliceOrchestration.Name, (context, slice) => SliceOrchestration.RunAsync(Recording(context, slice), slice));
                record.Register(registry);
            },
            new DurableTaskTestHostOptions { Port = FreePort.Find() },
            Cancelled);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            WorkflowOrchestration.Name, input: null, new StartOrchestrationOptions("execution"), Cancelled);
        var instance = await host.Client.WaitForInstanceCompletionAsync("execution", Cancelled);

        Assert.True(instance.FailureDetails is null, instance.FailureDetails?.ErrorMessage);
        Assert.Equal(1_250, record.Settled);
        Assert.InRange(record.MostAtOnce, 2, FakeLoop.AtOnce);
        Assert.Equal(4, replays.Count);
        foreach (var queue in replays.Values)
        {
            foreach (var (shorter, longer) in queue.Zip(queue.Skip(1)).Where(pair => !pair.First.Contains("as new")))
                Assert.Equal(shorter, longer.Take(shorter.Count));
        }
    }

    /// <summary>The steps over a record in memory: a loop of one node, some of whose items are tried again.</summary>
    private sealed class FakeLoop(int items)
    {
        public const int AtOnce = 7;

        private static readonly Topology s_body = new([new TopologyNode("inner", JoinKind.All)], []);
        private static readonly Topology s_root = new([new TopologyNode("each", JoinKind.All, s_body)], []);

        private readonly ConcurrentDictionary<int, bool> _settled = new();
        private readonly ConcurrentDictionary<int, bool> _tried = new();
        private int _atOnce;
        private int _mostAtOnce;

        public int Settled => _settled.Count;

        public int MostAtOnce => _mostAtOnce;

        public void Register(DurableTaskRegistry registry)
        {
            registry.AddActivityFunc<string, OpenedExecution>(
                Step.Open.Name,
                (_, _) =>
                    new OpenedExecution { Runs = true, Topology = s_root, MaxParallelNodes = 50 });
            registry.AddActivityFunc<LoopSlice, OpenedExecution>(
                Step.OpenSlice.Name,
                (_, slice) =>
                    new OpenedExecution
                    {
                        Runs = true,
                        Topology = s_root,
                        IsSlice = true,
                        State = new()
                        {
                            Loops =
                            [
                                new LoopState(
                                    0, slice.To, slice.MaxParallel,
                                    [new(0, slice.From), .. _settled.Keys.Order().Select(item => new ItemRange(item, item + 1))], []),
                            ],
                        },
                        MaxParallelNodes = slice.MaxParallelNodes,
                    });
            registry.AddActivityFunc<RunNode, SegmentOutcome>(
                Step.RunNode.Name,
                async (_, input) =>
                {
                    if (input.NodeId == "each")
                        return Stopped(NodeOutcome.RunBody(items, AtOnce));
                    var item = int.Parse(input.NodeId.Split('#')[1], CultureInfo.InvariantCulture);
                    if (item % 50 == 3 && _tried.TryAdd(item, true))
                        return Stopped(NodeOutcome.RunAgainAt(DateTimeOffset.UtcNow.AddMilliseconds(20)));
                    var atOnce = Interlocked.Increment(ref _atOnce);
                    for (var most = _mostAtOnce; atOnce > most; most = _mostAtOnce)
                        Interlocked.CompareExchange(ref _mostAtOnce, atOnce, most);
                    await Task.Delay(1, Cancelled);
                    Interlocked.Decrement(ref _atOnce);
                    _settled[item] = true;
                    return new SegmentOutcome([Settlement.Completed(0)]);
                });
            registry.AddActivityFunc<CloseBody, SegmentOutcome>(
                Step.CloseBody.Name,
                (_, input) => input.Error is null
                    ? new SegmentOutcome([Settlement.Completed(0)])
                    : Stopped(NodeOutcome.Failed(input.Error)));
            registry.AddActivityFunc<string, bool>(Step.Suspend.Name, (_, _) => true);
            registry.AddActivityFunc<FinishExecution, bool>(Step.Finish.Name, (_, _) => true);
        }

        private static SegmentOutcome Stopped(NodeOutcome outcome) => new([], new StoppedNode(0, outcome));
    }
}
