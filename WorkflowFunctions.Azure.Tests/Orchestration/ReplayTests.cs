using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Testing;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Azure.Tests.Orchestration;

/// <summary>
/// Replay safety. Durable Task replays the history of an instance for each batch of outcomes that comes in; what the
/// orchestration asks for must be the same each time, as far as the history goes.
/// </summary>
public class ReplayTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Each_replay_of_a_history_asks_for_what_the_one_before_has_asked_for(int seed)
    {
        var record = new FakeRecord(nodes: 260, seed);
        var replays = new ConcurrentQueue<List<string>>();
        await using var host = await DurableTaskTestHost.StartAsync(
            registry =>
            {
                registry.AddOrchestratorFunc(WorkflowOrchestration.Name, context =>
                {
                    var asked = new List<string>();
                    replays.Enqueue(asked);
                    return WorkflowOrchestration.RunAsync(new RecordingContext(new DurableContext(context), asked));
                });
                record.Register(registry);
            },
            new DurableTaskTestHostOptions { Port = FreePort.Find() },
            Cancelled);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            WorkflowOrchestration.Name, input: null, new StartOrchestrationOptions("execution"), Cancelled);
        var instance = await host.Client.WaitForInstanceCompletionAsync("execution", Cancelled);

        Assert.True(instance.FailureDetails is null, instance.FailureDetails?.ErrorMessage);
        var generations = Generations(replays);
        Assert.True(generations.Count > 1, "It has not gone on as new.");
        Assert.All(generations, generation => Assert.True(generation.Count > 2, "Nothing was replayed."));
        foreach (var (shorter, longer) in generations.SelectMany(generation => generation.Zip(generation.Skip(1))))
            Assert.Equal(shorter, longer.Take(shorter.Count));
        Assert.True(record.IsDone);
    }

    /// <summary>The replays of each generation: one ends with going on as new.</summary>
    private static List<List<List<string>>> Generations(IEnumerable<List<string>> replays)
    {
        var generations = new List<List<List<string>>> { new() };
        foreach (var replay in replays)
        {
            generations[^1].Add(replay);
            if (replay.Contains("as new"))
                generations.Add([]);
        }

        return generations;
    }

    /// <summary>The steps over a record in memory: a random graph whose nodes complete, wait or are tried again.</summary>
    private sealed class FakeRecord
    {
        private readonly Topology _topology;
        private readonly ConcurrentDictionary<string, int> _deliveries = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<int, string?> _settled = new();
        private readonly int _seed;

        public FakeRecord(int nodes, int seed)
        {
            _seed = seed;
            var random = new Random(seed);
            _topology = new Topology(
                [.. Enumerable.Range(0, nodes).Select(node => new TopologyNode(
                    $"n{node}", node % 7 == 0 ? JoinKind.Any : JoinKind.All, IsShort: node % 3 == 0))],
                [.. Enumerable.Range(1, nodes - 1).SelectMany(node => Enumerable.Range(0, random.Next(3))
                    .Select(_ => new TopologyEdge(random.Next(Math.Max(0, node - 60), node), node, null)).Distinct())]);
        }

        public bool IsDone => _settled.Count == _topology.Nodes.Count;

        public void Register(DurableTaskRegistry registry)
        {
            registry.AddActivityFunc<string, OpenedExecution>(Step.Open.Name, (_, _) => new OpenedExecution
            {
                Runs = true,
                Topology = _topology,
                State = new() { Settled = [.. _settled.Select(node => Settlement.Completed(node.Key, node.Value))] },
                MaxParallelNodes = 40,
            });
            registry.AddActivityFunc<RunNode, SegmentOutcome>(Step.RunNode.Name, (_, input) => RunAsync(input.NodeId));
            registry.AddActivityFunc<RunNodes, IReadOnlyList<SegmentOutcome>>(
                Step.RunNodes.Name, async (_, input) => await Task.WhenAll(input.NodeIds.Select(RunAsync)));
            registry.AddActivityFunc<SkipNodes, bool>(Step.SkipNodes.Name, (_, _) => true);
            registry.AddActivityFunc<string, bool>(Step.Suspend.Name, (_, _) => false);
            registry.AddActivityFunc<FinishExecution, bool>(Step.Finish.Name, (_, _) => true);
        }

        private async Task<SegmentOutcome> RunAsync(string nodeId)
        {
            var random = new Random(HashCode.Combine(_seed, nodeId.Length, nodeId[^1]));
            var node = int.Parse(nodeId[1..], System.Globalization.CultureInfo.InvariantCulture);
            var delivery = _deliveries.AddOrUpdate(nodeId, 1, (_, count) => count + 1);
            await Task.Delay(random.Next(5), Cancelled);
            if (delivery == 1 && random.Next(3) == 0)
            {
                var at = DateTimeOffset.UtcNow.AddMilliseconds(random.Next(50));
                return new SegmentOutcome([], new StoppedNode(node, NodeOutcome.RunAgainAt(at)));
            }

            _settled[node] = null;
            return new SegmentOutcome([Settlement.Completed(node)]);
        }
    }
}
