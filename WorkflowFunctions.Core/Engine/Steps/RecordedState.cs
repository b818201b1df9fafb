using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Says from the jobs of an execution how its nodes, and the bodies of its loops for each item, stand (design, rule 4).</summary>
internal sealed class RecordedState
{
    private readonly WorkflowPlan _plan;
    private readonly ILookup<(string? ParentId, string Items), (NodePath Path, JobOutcome Job)> _jobs;
    private readonly Dictionary<(string ParentId, string Items), SortedSet<int>> _items = [];

    /// <param name="plan">The plan of the execution.</param>
    /// <param name="jobs">Its jobs.</param>
    public RecordedState(WorkflowPlan plan, IEnumerable<JobOutcome> jobs)
    {
        _plan = plan;
        _jobs = jobs
            .Select(job => (Path: NodePath.Parse(job.NodeId), Job: job))
            .ToLookup(job => (plan.Graph[job.Path.NodeId].ParentId, job.Path.Items));
        foreach (var (parentId, items)
            in _jobs.Select(scope => scope.Key).Where(scope => scope is { ParentId: not null, Items.Length: > 0 }))
        {
            var mark = items.LastIndexOf('#');
            var loop = (parentId!, items[..mark]);
            if (!_items.TryGetValue(loop, out var begun))
                _items[loop] = begun = [];
            begun.Add(new NodePath(parentId!, items).Index);
        }
    }

    /// <summary>The nodes of the workflow itself, and all below them.</summary>
    public ScopeState Root() => Describe(null, "");

    /// <summary>A slice of a loop: the loop as it is when all items before the slice are done and there are none after it.</summary>
    public ScopeState Slice(LoopSlice slice)
    {
        var loop = DescribeLoop(0, NodePath.Parse(slice.NodeId), slice.To, slice.MaxParallel);
        return new ScopeState { Loops = [loop with { Done = [new ItemRange(0, slice.From), .. loop.Done] }] };
    }

    private ScopeState Describe(string? parentId, string items)
    {
        var settled = new List<Settlement>();
        var waiting = new List<WaitingNode>();
        var loops = new List<LoopState>();
        var scope = _plan.Graph.Scope(parentId);
        var unreached = Unreached(scope, [.. _jobs[(parentId, items)]]);
        foreach (var (path, job) in _jobs[(parentId, items)])
        {
            var place = scope.PlaceOf(path.NodeId);
            if (unreached.Contains(place))
                continue;
            if (SettlementOf(place, path, job) is { } settlement)
                settled.Add(settlement);
            else if (job is { Status: JobStatus.Waiting, WaitsFor: { Items: { } count, MaxParallel: { } maxParallel } body })
                loops.Add(DescribeLoop(place, path, count, maxParallel) with { Until = body.Deadline });
            else if (job.Status == JobStatus.Waiting || job is { Status: JobStatus.Pending, WakeAt: not null })
                waiting.Add(DescribeWait(place, job));
        }

        return new ScopeState { Settled = settled, Waiting = waiting, Loops = loops };
    }

    /// <summary>
    /// The nodes whose output is given while something before them is still to run. They count once they are reached, as if they ran then:
    /// what comes after them may read what comes before them.
    /// </summary>
    private HashSet<int> Unreached(WorkflowScope scope, IReadOnlyCollection<(NodePath Path, JobOutcome Job)> jobs)
    {
        var given = jobs.Where(job => job.Job is { IsGiven: true, Status: not JobStatus.Skipped })
            .Select(job => scope.PlaceOf(job.Path.NodeId)).ToHashSet();
        if (given.Count == 0)
            return given;
        var settled = jobs.Where(job => SettlementOf(0, job.Path, job.Job) is not null).Select(job => scope.PlaceOf(job.Path.NodeId))
            .ToHashSet();
        var unreached = new HashSet<int>();
        var next = scope.Topology.Edges.ToLookup(edge => edge.Source, edge => edge.Target);
        var open = new Queue<int>(Enumerable.Range(0, scope.Nodes.Count).Where(place => !settled.Contains(place)));
        while (open.TryDequeue(out var place))
        {
            foreach (var target in next[place].Where(target => given.Contains(target) && unreached.Add(target)))
                open.Enqueue(target);
        }

        return unreached;
    }

    /// <summary>A wait for a signal that has come is over.</summary>
    private static WaitingNode DescribeWait(int place, JobOutcome job) => job.WaitsFor?.Signal is not { } signal
        ? new WaitingNode(place, job.WakeAt)
        : job.HasSignal ? new WaitingNode(place, DateTimeOffset.MinValue) : new WaitingNode(place, job.WakeAt, signal);

    private LoopState DescribeLoop(int place, NodePath path, int count, int maxParallel)
    {
        var done = new List<ItemRange>();
        var open = new List<ItemState>();
        var body = _plan.Graph.Scope(path.NodeId);
        foreach (var index in _items.GetValueOrDefault((path.NodeId, path.Items)) ?? [])
        {
            var items = NodePath.Enter(path.Items, index);
            var settled = _jobs[(path.NodeId, items)].Count(job => SettlementOf(0, job.Path, job.Job) is not null);
            if (settled < body.Nodes.Count)
                open.Add(new ItemState(index, Describe(path.NodeId, items)));
            else if (done.Count > 0 && done[^1].To == index)
                done[^1] = done[^1] with { To = index + 1 };
            else
                done.Add(new ItemRange(index, index + 1));
        }

        return new LoopState(place, count, maxParallel, done, open);
    }

    /// <summary>How a node settled; null if it has not, or failed for good: it is asked again and says so.</summary>
    private Settlement? SettlementOf(int place, NodePath path, JobOutcome job) => job.Status switch
    {
        JobStatus.Skipped => Settlement.Skipped(place),
        JobStatus.Completed => Settlement.Completed(place, job.Branch),
        JobStatus.Failed when _plan[path.NodeId].Policy.OnError != OnError.Fail => Settlement.Completed(place, job.Branch),
        _ => null,
    };
}
