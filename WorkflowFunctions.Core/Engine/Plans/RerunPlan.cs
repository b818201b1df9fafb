using System.Text.Json;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Plans;

/// <summary>
/// What of an execution runs again, in itself (a retry) or in a new one that takes over the rest. Nodes that have completed stay as they
/// are, unless they or something before them have changed. Pure: plans and outcomes in, names out.
/// </summary>
internal sealed class RerunPlan
{
    private readonly WorkflowPlan _plan;
    private readonly HashSet<string> _fresh;
    private readonly IReadOnlyList<NodePath> _edited;
    private readonly bool _isUnderWay;
    private readonly HashSet<string> _reset = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reopened = new(StringComparer.Ordinal);
    private readonly List<string> _removed = [];

    private RerunPlan(WorkflowPlan plan, HashSet<string> fresh, IReadOnlyList<NodePath> edited, bool isUnderWay) =>
        (_plan, _fresh, _edited, _isUnderWay) = (plan, fresh, edited, isUnderWay);

    /// <summary>The nodes that run again, as the record names them.</summary>
    public IReadOnlyCollection<string> Reset => _reset;

    /// <summary>The loops whose bodies go on.</summary>
    public IReadOnlyCollection<string> Reopened => _reopened;

    /// <summary>The nodes that the workflow no longer has.</summary>
    public IReadOnlyCollection<string> Removed => _removed;

    /// <summary>Everything runs again.</summary>
    public static RerunPlan FromStart(WorkflowPlan plan, IReadOnlyList<JobOutcome> jobs) =>
        new RerunPlan(plan, [.. plan.Graph.Nodes.Select(node => node.Id)], [], isUnderWay: false).Sort(jobs);

    /// <summary>What has not completed runs again, and what has changed since, with what depends on it.</summary>
    /// <param name="plan">The plan to go on with.</param>
    /// <param name="former">The plan that was run before; the same one if nothing has changed, null if none was.</param>
    /// <param name="jobs">How the nodes stand.</param>
    /// <param name="changedParams">The params that are others than before.</param>
    /// <param name="edited">The nodes that have another output than they gave: what comes after them runs again, and they do not.</param>
    /// <param name="isUnderWay">Whether it is paused: nodes that wait go on waiting, and those that are to be tried again are.</param>
    public static RerunPlan Of(
        WorkflowPlan plan,
        WorkflowPlan? former,
        IReadOnlyList<JobOutcome> jobs,
        IReadOnlySet<string>? changedParams = null,
        IReadOnlyList<NodePath>? edited = null,
        bool isUnderWay = false)
    {
        var changed = plan.Graph.Nodes
            .Select(node => node.Id)
            .Where(id => (former is not null && former.Version != plan.Version && HasChanged(plan, former, id))
                || (changedParams is { Count: > 0 } && plan[id].ReadsAny(changedParams)))
            .ToHashSet(StringComparer.Ordinal);
        var fresh = plan.Graph.Nodes
            .Select(node => node.Id)
            .Where(id => changed.Contains(id) || DependsOnAny(plan, id, changed))
            .ToHashSet(StringComparer.Ordinal);
        return new RerunPlan(plan, fresh, edited ?? [], isUnderWay).Sort(jobs);
    }

    private static bool HasChanged(WorkflowPlan plan, WorkflowPlan former, string nodeId)
    {
        if (former.Graph.Find(nodeId) is not { } before)
            return true;
        var now = plan.Graph[nodeId];
        return now.Type != before.Type
            || now.Join != before.Join
            || now.ParentId != before.ParentId
            || !JsonElement.DeepEquals(now.Data, before.Data)
            || !plan[nodeId].Incoming.ToHashSet().SetEquals(former[nodeId].Incoming);
    }

    /// <summary>
    /// Whether a node comes after one that has changed, after a body in which one has, or is in a body that has itself changed.
    /// </summary>
    private static bool DependsOnAny(WorkflowPlan plan, string nodeId, HashSet<string> changed)
    {
        if (changed.Count == 0)
            return false;
        for (var parent = plan.Graph[nodeId].ParentId; parent is not null; parent = plan.Graph[parent].ParentId)
        {
            if (changed.Contains(parent))
                return true;
        }

        return plan.Graph.Ancestors(nodeId).Any(id => changed.Contains(id) || plan[id].BodyIds.Any(changed.Contains));
    }

    private RerunPlan Sort(IReadOnlyList<JobOutcome> jobs)
    {
        foreach (var job in jobs)
        {
            var path = NodePath.Parse(job.NodeId);
            if (_plan.Graph.Find(path.NodeId) is null)
                _removed.Add(job.NodeId);
            else if (!_edited.Contains(path) && (RunsAnew(path) || !StaysAsItIs(path, job)))
                _reset.Add(job.NodeId);
        }

        Reopen(jobs);
        return this;
    }

    private bool RunsAnew(NodePath path) => _fresh.Contains(path.NodeId) || _edited.Any(edited => _plan.Graph.IsAfter(path, edited));

    /// <summary>
    /// A loop whose body has begun goes on with it, if only its body runs again, or it had not ended. Inner loops come first.
    /// </summary>
    private void Reopen(IReadOnlyList<JobOutcome> jobs)
    {
        foreach (var path in jobs.Select(job => NodePath.Parse(job.NodeId)).OrderByDescending(path => path.Depth))
        {
            if (_plan.Graph.Find(path.NodeId) is not { ParentId: { } parentId } || _fresh.Contains(parentId))
                continue;
            var loop = _plan.Graph.Containers(path).First();
            if (_edited.Contains(loop) || RunsAnew(loop))
                continue;
            if (_reset.Remove(loop.ToString())
                || _reset.Contains(path.ToString())
                || _reopened.Contains(path.ToString())
                || _edited.Contains(path))
                _reopened.Add(loop.ToString());
        }
    }

    private bool StaysAsItIs(NodePath path, JobOutcome job) => job.Status switch
    {
        JobStatus.Completed or JobStatus.Skipped => true,
        JobStatus.Failed => _plan[path.NodeId].Policy.OnError != OnError.Fail,
        JobStatus.Waiting or JobStatus.Pending or JobStatus.Running => _isUnderWay,
        _ => false,
    };
}
