using System.Diagnostics;
using Npgsql;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// Runs a node, and goes on to those of its <see cref="Segment"/>, one after the other, as long as one alone may run. Pure nodes that
/// follow each other are computed first and recorded in one commit: nobody can tell that one ran before the output that it reads was
/// committed, and if the process ends before the commit, all of them run again. Any other node is recorded by itself, before the next one
/// starts.
/// </summary>
/// <remarks>
/// It ends where several nodes may run, which other steps then run side by side; where a node that is not its own may have become ready;
/// where a node has not settled; and where the execution no longer runs, or the process is to stop.
/// </remarks>
internal sealed class SegmentRun(StepContext context, NodeRunner nodes, ActiveExecution execution, NodePlan head, NodePath path)
{
    /// <summary>What takes longer to compute is recorded before the rest, which other steps may then run side by side.</summary>
    private static readonly TimeSpan s_longestComputation = TimeSpan.FromMilliseconds(20);

    /// <summary>The characters of output that one commit may have before it is made.</summary>
    private const int MaxOutput = 1_000_000;

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Segment _segment = execution.Plan.SegmentOf(head);
    private readonly WorkflowScope _scope = execution.Plan.Graph.Scope(head.Node.ParentId);
    private readonly List<Settlement> _settled = [];
    private readonly List<int> _ready = [];
    private readonly HashSet<int> _notComputed = [];
    private Frontier? _frontier;
    private bool _leadsOutside;
    private bool _isFollowed;
    private bool _isOver;
    private bool _isPaused;
    private bool _isLongToCompute;
    private int _node;
    private int? _next;
    private Task<NodeClaim?>? _claim;

    private Frontier Frontier => _frontier ??= new Frontier(_segment.Topology);

    /// <summary>Runs the node, or says what came of it if it has run, and goes on.</summary>
    /// <inheritdoc cref="NodeAttempt.RunAsync" path="/exception"/>
    public Task<SegmentOutcome> RunAsync(CancellationToken stopping) => GoOnAsync(() => RunAsync(0, stopping), stopping);

    /// <summary>Ends the node, whose body has run, and goes on.</summary>
    /// <inheritdoc cref="NodeAttempt.RunAsync" path="/exception"/>
    public Task<SegmentOutcome> CloseBodyAsync(string? error, CancellationToken stopping) =>
        GoOnAsync(() => nodes.CloseBodyAsync(execution, head, path, error, RecordAsync, stopping), stopping);

    private async Task<SegmentOutcome> GoOnAsync(Func<Task<NodeOutcome>> first, CancellationToken stopping)
    {
        NodeClaim? claim = null;
        try
        {
            var outcome = await first();
            while (outcome.Kind == NodeOutcomeKind.Settled)
            {
                if (!_isFollowed)
                    FollowRecorded(outcome);
                if (_claim is { } asked)
                {
                    claim?.Leave();
                    _claim = null;
                    claim = await asked;
                    if (claim is null)
                        return new SegmentOutcome(_settled);
                }

                if (_next is not { } next)
                    return new SegmentOutcome(_settled);
                (_node, _next, _isFollowed) = (next, null, false);
                outcome = _isPaused ? NodeOutcome.Halted : await RunAsync(next, stopping);
            }

            return new SegmentOutcome(_settled, new StoppedNode(_segment.Places[_node], outcome));
        }
        finally
        {
            claim?.Dispose();
            // What was claimed with a write that was refused.
            if (_claim is { } unused)
                (await unused)?.Dispose();
        }
    }

    private async Task<NodeOutcome> RunAsync(int node, CancellationToken stopping) =>
        (MayCompute(node) ? await ComputeAsync(node, stopping) : null)
        ?? await nodes.RunAsync(execution, PlanOf(node), PathOf(node), RecordAsync, stopping);

    /// <summary>
    /// Whether a node may be recorded together with others. Where costs are limited, the limit is looked at before each node.
    /// </summary>
    private bool MayCompute(int node) => PlanOf(node) is { Type.IsPure: true } plan
        && execution.NodesPerCommit > 1 && execution.Config.MaxCostUsd is null && !context.Services.Limits.IsLimited(plan.Node.Type)
        && !_notComputed.Contains(node) && JobOf(node) is null;

    /// <summary>
    /// Computes a pure node and those after it, and records them; null if it cannot be computed, so that it is to be run by itself.
    /// </summary>
    private async Task<NodeOutcome?> ComputeAsync(int first, CancellationToken stopping)
    {
        using var span = ExecutionTrace.StartNode(execution.Row, PlanOf(first).Node.Type, PathOf(first));
        var (began, limit, output) = (Stopwatch.GetTimestamp(), execution.NodesPerCommit, 0);
        var computed = new OrderedDictionary<string, ComputedNode>(StringComparer.Ordinal);
        var attempts = new List<NodeAttempt>();
        List<JobWrite> jobs = [];
        for (int? node = first; node is { } place; node = NextToCompute())
        {
            var attempt = nodes.NewAttempt(execution, PlanOf(place), PathOf(place), RecordAsync);
            if (await attempt.TryComputeAsync(computed, stopping) is not { } next)
            {
                _notComputed.Add(place);
                if (place == first)
                    return null;
                continue;
            }

            _ready.Remove(place);
            attempts.Add(attempt);
            computed[next.Job.NodeId] = next;
            output += next.Job.Output!.Length;
            jobs.Add(next.Job);
            jobs.AddRange(Follow(Settlement.Completed(place, next.Job.Branch)));
        }

        if (execution.TryLeaveToEnd(jobs, InRoot(jobs)))
        {
            _isFollowed = true;
            _settled.AddRange(jobs.Select(SettlementOf).OfType<Settlement>());
            return NodeOutcome.Settled(null);
        }

        // Kept before others may hear that the nodes are settled.
        foreach (var (nodePath, next) in computed)
            execution.KeepOutput(nodePath, next.Job.Output!.Length, () => next.Output);
        try
        {
            if (!await CommitAsync(jobs, execution.NextCheckpoint(jobs.Count, InRoot(jobs))))
                return NodeOutcome.Halted;
        }
        catch (PostgresException)
        {
            // The database does not take one of them. Each is a step of its own then, so that the one fails alone.
            return await attempts[0].RecordAsync(computed.GetAt(0).Value);
        }

        foreach (var next in computed.Values)
            AttemptTelemetry.Recorded(context.Services.Metrics, next.Job);
        return NodeOutcome.Settled(null);

        int? NextToCompute()
        {
            _isLongToCompute = jobs.Count >= limit || output > MaxOutput || Stopwatch.GetElapsedTime(began) > s_longestComputation;
            return _isLongToCompute ? null : _ready.Where(MayCompute).Select(node => (int?)node).FirstOrDefault();
        }
    }

    /// <summary>Records a node that ran by itself, with those that are skipped by how it settled.</summary>
    private Task<bool> RecordAsync(JobWrite job, CheckpointWrite? checkpoint = null)
    {
        List<JobWrite> jobs = [job];
        if (!_isOver && SettlementOf(job) is { } settlement)
            jobs.AddRange(Follow(settlement with { Node = _node }));
        return CommitAsync(jobs, checkpoint);
    }

    /// <summary>Records jobs in one commit. The node after them is claimed with it.</summary>
    private async Task<bool> CommitAsync(List<JobWrite> jobs, CheckpointWrite? checkpoint)
    {
        var settled = jobs.Select(SettlementOf).OfType<Settlement>().ToList();
        if (settled.Count > 0 && !_isOver)
        {
            _isFollowed = true;
            _next = TakeNext();
            if (_next is { } next && context.Claims is { } claims && !PlanOf(next).Type.IsPure)
                _claim = claims.TakeWithNextWriteAsync(execution.Row.Id, PathOf(next).ToString());
        }

        try
        {
            var answer = await context.Writer.WriteJobsAsync(
                jobs is [var single] ? single : new JobsWrite { ExecutionId = execution.Row.Id, Jobs = jobs }, checkpoint);
            _isPaused = answer == WriteAnswer.WrittenAndPaused;
            if (answer == WriteAnswer.Refused)
                return false;
        }
        catch (PostgresException)
        {
            (_isOver, _next) = (true, null);
            throw;
        }

        foreach (var job in jobs)
            execution.SetJob(job.ToOutcome());
        _settled.AddRange(settled);
        return true;
    }

    /// <summary>Goes on after a node that was recorded before this step had to do with it.</summary>
    private void FollowRecorded(NodeOutcome outcome)
    {
        var settlement = Settlement.Completed(_node, outcome.Branch);
        _settled.Add(settlement with { Node = _segment.Places[_node] });
        // The orchestration finds those that are skipped as well, and has them recorded.
        _isOver |= Follow(settlement).Count > 0;
        _next = TakeNext();
        // Somebody else may have run what follows a recorded node. Its own step claims it, and reads what has become of it.
        if (_next is { } next && context.Access == RecordAccess.Shared && !IsRecorded(next))
            _next = null;
    }

    /// <summary>Settles a node, and says what is to be recorded of those that no branch leads to any more.</summary>
    private List<JobWrite> Follow(Settlement settlement)
    {
        _isFollowed = true;
        if (_segment.Places.Count == 1)
            return [];
        Frontier.Settle(settlement);
        var skipped = Frontier.TakeSkipped();
        while (Frontier.TryTakeReady(out var ready))
            _ready.Add(ready);
        _leadsOutside |= _segment.LeadsOutside(settlement.Node) || skipped.Any(_segment.LeadsOutside);
        var now = context.Services.Time.GetUtcNow();
        return
        [
            .. skipped.Where(node => JobOf(node)?.Status != JobStatus.Skipped)
                .Select(node => execution.NewJob(PlanOf(node), PathOf(node)).Skipped(PlanOf(node).Node.Label, now)),
        ];
    }

    /// <summary>
    /// Takes the node to go on with; null if the step is to end. What is recorded already, because its output was given, for example, takes
    /// no time, so that others are not kept waiting by it. Nor does what only computes keep a single other one waiting for long.
    /// </summary>
    private int? TakeNext()
    {
        if (_isOver || _ready.Count == 0)
            return null;
        var next = _ready.FindIndex(IsRecorded);
        if (next < 0)
        {
            if (_leadsOutside
                || context.IsClosing
                || execution.Config.MaxCostUsd is not null
                || Stopwatch.GetElapsedTime(_began) > context.LongestSegment
                || (_ready.Count > 1 && (_isLongToCompute || _ready.Count(node => !MayCompute(node)) > 1)))
            {
                return null;
            }

            next = Math.Max(0, _ready.FindIndex(MayCompute));
        }

        var node = _ready[next];
        _ready.RemoveAt(next);
        return node;
    }

    private bool IsRecorded(int node) => JobOf(node) is { } job && JobStatus.IsSettled(job.Status);

    private JobOutcome? JobOf(int node) => execution.FindJob(PathOf(node).ToString());

    private NodePlan PlanOf(int node) => node == 0 ? head : execution.Plan[_segment.Topology.Nodes[node].Id];

    private NodePath PathOf(int node) => node == 0 ? path : new NodePath(_segment.Topology.Nodes[node].Id, path.Items);

    /// <summary>
    /// How many nodes of the workflow itself these settle. One whose output was given is settled already, also if it is skipped now.
    /// </summary>
    private int InRoot(List<JobWrite> jobs) => head.Depth > 0 ? 0
        : jobs.Count(job => execution.FindJob(job.NodeId) is not { } former || !JobStatus.IsSettled(former.Status));

    /// <summary>How a node has settled, by its place in its graph; null if it has not, or failed for good.</summary>
    private Settlement? SettlementOf(JobWrite job)
    {
        var id = NodePath.Parse(job.NodeId).NodeId;
        return job.Status switch
        {
            JobStatus.Skipped => Settlement.Skipped(_scope.PlaceOf(id)),
            JobStatus.Completed => Settlement.Completed(_scope.PlaceOf(id), job.Branch),
            JobStatus.Failed when execution.Plan[id].Policy.OnError != Nodes.OnError.Fail =>
                Settlement.Completed(_scope.PlaceOf(id), job.Branch),
            _ => null,
        };
    }
}
