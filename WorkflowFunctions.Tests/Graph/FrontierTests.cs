using CsCheck;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Graph;

/// <summary>
/// The frontier against <see cref="GeneratedWorkflow.Runs"/>, a model that knows nothing of the order in which nodes end.
/// </summary>
public sealed class FrontierTests
{
    /// <summary>Which of the running nodes ends next, each time.</summary>
    private static readonly Gen<int[]> s_choices = Gen.Int[0, 1000].Array[40];

    [Fact]
    public void Nodes_become_ready_exactly_when_their_edges_allow_it() =>
        Gen.Select(GeneratedWorkflow.Any, s_choices).Sample(
            (drawing, choices) =>
            {
                var walk = new Walk(drawing, new Frontier(drawing.Topology));
                while (true)
                {
                    foreach (var (node, index) in drawing.Topology.Nodes.Select((node, index) => (node, index)))
                    {
                        var incoming = drawing.Topology.Edges.Where(edge => edge.Target == index).ToList();
                        var live = incoming.Count(edge => walk.Ended.Contains(edge.Source) && drawing.IsLive(edge));
                        var settled = incoming.Count(edge => walk.Ended.Contains(edge.Source) || walk.Skipped.Contains(edge.Source));
                        var allowed = incoming.Count == 0 || (live > 0 && (node.Join == JoinKind.Any || settled == incoming.Count));
                        Assert.Equal(allowed, walk.Offered.Contains(index));
                        Assert.Equal(incoming.Count > 0 && live == 0 && settled == incoming.Count, walk.Skipped.Contains(index));
                    }

                    if (!walk.TryEndOne(choices))
                        break;
                }
            },
            iter: 5_000);

    [Fact]
    public void In_any_order_the_nodes_of_the_model_run_and_each_is_reported_once() =>
        Gen.Select(GeneratedWorkflow.Any, s_choices).Sample(
            (drawing, choices) =>
            {
                var walk = new Walk(drawing, new Frontier(drawing.Topology));
                walk.Finish(choices);
                AssertAsModel(drawing, walk.Offered, walk.Skipped);
            },
            iter: 10_000);

    [Fact]
    public void From_any_crash_the_record_leads_to_the_same_result() =>
        Gen.Select(GeneratedWorkflow.Any, s_choices, Gen.Int[0, 40], Gen.Bool.Array[40], Gen.Int[0, int.MaxValue]).Sample(
            (drawing, choices, endedBefore, isSkipRecorded, seed) =>
            {
                var before = new Walk(drawing, new Frontier(drawing.Topology));
                for (var i = 0; i < endedBefore && before.TryEndOne(choices); i++)
                {
                }

                // Skips are derived, so each may or may not have reached the record; what ran and ended has.
                var recordedSkips = before.Skipped.Where(node => isSkipRecorded[node]).ToHashSet();
                var record = before.Ended.Select(drawing.Settle).Concat(recordedSkips.Select(Settlement.Skipped)).ToArray();
                new Random(seed).Shuffle(record);

                var frontier = new Frontier(drawing.Topology, record);
                Assert.Equal(before.Ended.Count + before.Skipped.Count, frontier.SettledCount);
                var after = new Walk(drawing, frontier);
                Assert.Equal(before.Offered.Except(before.Ended).Order(), after.Offered.Order());
                after.Finish(choices);
                Assert.Empty(after.Offered.Intersect(before.Ended));
                Assert.Empty(after.Skipped.Intersect(recordedSkips));
                AssertAsModel(drawing, [.. before.Ended, .. after.Offered], [.. recordedSkips, .. after.Skipped]);
            },
            iter: 10_000);

    [Fact]
    public void Settling_a_node_twice_changes_nothing() =>
        Gen.Select(GeneratedWorkflow.Any, s_choices).Sample(
            (drawing, choices) =>
            {
                var frontier = new Frontier(drawing.Topology);
                var walk = new Walk(drawing, frontier);
                while (walk.TryEndOne(choices))
                {
                    var settled = frontier.SettledCount;
                    foreach (var node in walk.Ended)
                        frontier.Settle(drawing.Settle(node));
                    Assert.Equal(settled, frontier.SettledCount);
                    Assert.False(frontier.TryTakeReady(out _));
                    Assert.Empty(frontier.TakeSkipped());
                }

                AssertAsModel(drawing, walk.Offered, walk.Skipped);
            },
            iter: 1_000);

    [Fact]
    public void A_chain_of_10_000_nodes_is_skipped_without_a_deep_stack()
    {
        const int Count = 10_000;
        var topology = new Topology(
            [.. Enumerable.Range(0, Count).Select(index => new TopologyNode($"n{index}", JoinKind.All))],
            [.. Enumerable.Range(1, Count - 1).Select(index => new TopologyEdge(index - 1, index, index == 1 ? "true" : null))]);
        var frontier = new Frontier(topology);
        frontier.Settle(Settlement.Completed(0, "false"));
        Assert.Equal(Enumerable.Range(1, Count - 1), frontier.TakeSkipped());
        Assert.True(frontier.IsDone);
    }

    private static void AssertAsModel(GeneratedWorkflow drawing, IReadOnlyList<int> ran, IReadOnlyList<int> skipped)
    {
        var runs = drawing.Runs();
        Assert.Equal(Enumerable.Range(0, runs.Length).Where(node => runs[node]), ran.Order());
        Assert.Equal(Enumerable.Range(0, runs.Length).Where(node => !runs[node]), skipped.Order());
    }

    /// <summary>Takes all that a frontier offers and ends the nodes in an order that is chosen from outside.</summary>
    private sealed class Walk
    {
        private readonly GeneratedWorkflow _drawing;
        private readonly Frontier _frontier;
        private readonly List<int> _running = [];

        public Walk(GeneratedWorkflow drawing, Frontier frontier)
        {
            (_drawing, _frontier) = (drawing, frontier);
            Take();
        }

        public List<int> Offered { get; } = [];

        public List<int> Skipped { get; } = [];

        public List<int> Ended { get; } = [];

        public bool TryEndOne(int[] choices)
        {
            if (_running.Count == 0)
                return false;
            var index = choices[Ended.Count] % _running.Count;
            var node = _running[index];
            _running.RemoveAt(index);
            Ended.Add(node);
            _frontier.Settle(_drawing.Settle(node));
            Take();
            return true;
        }

        public void Finish(int[] choices)
        {
            while (TryEndOne(choices))
            {
            }

            Assert.True(_frontier.IsDone);
        }

        private void Take()
        {
            while (_frontier.TryTakeReady(out var node))
            {
                Offered.Add(node);
                _running.Add(node);
            }

            Skipped.AddRange(_frontier.TakeSkipped());
        }
    }
}
