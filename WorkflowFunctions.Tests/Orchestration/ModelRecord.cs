using System.Globalization;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Tests.Graph;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Orchestration;

/// <summary>A record in memory, and what the steps do to it.</summary>
/// <param name="drawing">The workflow.</param>
/// <param name="waits">How often each node wants to run again before it ends.</param>
/// <param name="fails">The nodes that fail the execution.</param>
/// <param name="maxParallel">How many nodes may run at once.</param>
internal sealed class ModelRecord(GeneratedWorkflow drawing, IReadOnlyList<int> waits, IReadOnlySet<int> fails, int maxParallel)
{
    private readonly Dictionary<int, Settlement> _settled = [];
    private readonly Dictionary<int, DateTimeOffset> _waiting = [];
    private readonly Dictionary<int, int> _attempts = [];

    public string Status { get; private set; } = ExecutionStatus.Pending;

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>Whether a checkpoint was written since the execution was paused.</summary>
    public bool HasPauseCheckpoint { get; private set; }

    public FinishExecution? Finished { get; private set; }

    public IEnumerable<int> Ran => _settled.Values.Where(settlement => !settlement.WasSkipped).Select(settlement => settlement.Node);

    public IEnumerable<int> Skipped => _settled.Values.Where(settlement => settlement.WasSkipped).Select(settlement => settlement.Node);

    /// <summary>How often a node ran, waits included.</summary>
    public int Attempts(int node) => _attempts.GetValueOrDefault(node);

    public void Pause() => (Status, HasPauseCheckpoint) = (ExecutionStatus.Paused, false);

    public void Resume() => Status = ExecutionStatus.Running;

    /// <summary>Runs a step as the real ones do: what is not to run is left alone, what has run is not run again.</summary>
    public object Run(string step, object? input) => (step, input) switch
    {
        ("OpenExecution", _) => Open(),
        ("RunNode", RunNode run) => RunSegment(IndexOf(run.NodeId)),
        ("RunNodes", RunNodes run) => run.NodeIds.Select(id => RunSegment(IndexOf(id))).ToList(),
        ("SkipNodes", SkipNodes skip) => Skip(skip),
        ("SuspendExecution", _) => Suspend(),
        ("FinishExecution", FinishExecution finish) => Finish(finish),
        _ => throw new NotSupportedException(step),
    };

    private OpenedExecution Open()
    {
        if (Status is not (ExecutionStatus.Pending or ExecutionStatus.Running))
            return new OpenedExecution();
        Status = ExecutionStatus.Running;
        return new OpenedExecution
        {
            Runs = true,
            Topology = drawing.Topology,
            State = new ScopeState
            {
                Settled = [.. _settled.Values],
                Waiting = [.. _waiting.Select(wait => new WaitingNode(wait.Key, wait.Value))],
            },
            MaxParallelNodes = maxParallel,
        };
    }

    private static int IndexOf(string nodeId) => int.Parse(nodeId.AsSpan(1), CultureInfo.InvariantCulture);

    // As the real step: it goes on while one node alone may run and nothing outside may have become ready; sooner or later it has run for
    // long enough.
    private SegmentOutcome RunSegment(int head)
    {
        var segment = Segment.From(drawing.Topology, head);
        var frontier = new Frontier(segment.Topology);
        var (settled, leadsOutside) = (new List<Settlement>(), false);
        while (frontier.TryTakeReady(out var node))
        {
            var place = segment.Places[node];
            var outcome = settled.Count > 0 && Status != ExecutionStatus.Running ? NodeOutcome.Halted : RunNode(place);
            if (outcome.Kind != NodeOutcomeKind.Settled)
                return new SegmentOutcome(settled, new StoppedNode(place, outcome));
            settled.Add(_settled[place]);
            frontier.Settle(_settled[place] with { Node = node });
            var skipped = frontier.TakeSkipped();
            leadsOutside |= segment.LeadsOutside(node) || skipped.Any(segment.LeadsOutside);
            if (skipped.Count > 0 && Status != ExecutionStatus.Running)
                return new SegmentOutcome(settled, new StoppedNode(place, NodeOutcome.Halted));
            foreach (var skip in skipped.Select(each => Settlement.Skipped(segment.Places[each])))
            {
                Assert.True(_settled.TryAdd(skip.Node, skip));
                settled.Add(skip);
            }

            if (leadsOutside || place % 5 == 0)
                break;
        }

        return new SegmentOutcome(settled);
    }

    // When the execution is paused, a node that runs already finishes and is recorded; one that comes too late does not run.
    private NodeOutcome RunNode(int node)
    {
        if (Status == ExecutionStatus.Paused && node % 2 == 0)
            return NodeOutcome.Halted;
        Assert.False(_settled.ContainsKey(node));
        Assert.True(_waiting.GetValueOrDefault(node) <= Now, "A node ran before the time that it waits for.");
        _waiting.Remove(node);
        var attempt = _attempts[node] = Attempts(node) + 1;
        if (attempt <= waits[node])
        {
            _waiting[node] = Now.AddSeconds(1 + (node * 7 % 5));
            return NodeOutcome.RunAgainAt(_waiting[node]);
        }

        if (fails.Contains(node))
            return NodeOutcome.Failed($"n{node} failed");
        _settled[node] = drawing.Settle(node);
        return NodeOutcome.Settled(drawing.Taken[node]);
    }

    private object Skip(SkipNodes input)
    {
        if (Status != ExecutionStatus.Running)
            return false;
        foreach (var id in input.NodeIds)
        {
            var node = IndexOf(id);
            Assert.True(_settled.TryAdd(node, Settlement.Skipped(node)));
        }

        return true;
    }

    private object Suspend()
    {
        if (Status is ExecutionStatus.Pending or ExecutionStatus.Running)
            return false;
        HasPauseCheckpoint |= Status == ExecutionStatus.Paused;
        return true;
    }

    private object Finish(FinishExecution input)
    {
        if (Status != ExecutionStatus.Running)
            return false;
        Status = input.Error is null ? ExecutionStatus.Completed : ExecutionStatus.Failed;
        Finished = input;
        return true;
    }
}
