using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Plans;

/// <summary>
/// Which nodes will run when an execution goes on, and what that will cost. What has run and is set back runs again, and costs what it
/// cost. What was not reached runs as it has in other executions. A node that was skipped is taken to be skipped again. Pure: plans and
/// outcomes in, a forecast out.
/// </summary>
internal sealed class RerunForecast
{
    private readonly WorkflowPlan _plan;
    private readonly IReadOnlyDictionary<string, NodeHistory> _history;
    private readonly Dictionary<string, ForecastNode> _nodes = new(StringComparer.Ordinal);

    private RerunForecast(WorkflowPlan plan, IReadOnlyDictionary<string, NodeHistory> history) => (_plan, _history) = (plan, history);

    /// <summary>The nodes that will run, by their ids in the file; those in a body once for all items.</summary>
    public IReadOnlyCollection<ForecastNode> Nodes => _nodes.Values;

    /// <summary>What all of them will cost, in US dollars.</summary>
    public decimal CostUsd => _nodes.Values.Sum(node => node.CostUsd);

    /// <summary>Works it out.</summary>
    /// <param name="plan">The plan to go on with.</param>
    /// <param name="rerun">What of it runs again.</param>
    /// <param name="jobs">How its nodes stand, and what they have cost.</param>
    /// <param name="history">How the nodes of the template have run before, by their ids.</param>
    public static RerunForecast Of(
        WorkflowPlan plan, RerunPlan rerun, IReadOnlyList<PastJob> jobs, IReadOnlyDictionary<string, NodeHistory> history)
    {
        var forecast = new RerunForecast(plan, history);
        var known = jobs.Select(job => (Path: NodePath.Parse(job.NodeId), Job: job))
            .Where(node => plan.Graph.Find(node.Path.NodeId) is not null).ToList();
        foreach (var (path, job) in known)
        {
            if (job.Status != JobStatus.Skipped && (rerun.Reset.Contains(job.NodeId) || job.Status == JobStatus.Pending))
                forecast.Add(path.NodeId, 1, job.CostUsd);
        }

        forecast.AddUnreached(known, rerun);
        return forecast;
    }

    private void AddUnreached(IReadOnlyList<(NodePath Path, PastJob Job)> known, RerunPlan rerun)
    {
        // How many of a node there are for the items of one run of its loop.
        var counts = known.CountBy(node => (node.Path.NodeId, _plan.Graph.Containers(node.Path).FirstOrDefault()));
        var begun = counts.ToDictionary(count => count.Key, count => count.Value);
        foreach (var node in _plan.Graph.Root.Nodes.Where(node => !begun.ContainsKey((node.Id, default))))
            Expect(node.Id, 1);
        foreach (var (path, job) in known)
        {
            var goesOn =
                job.Status != JobStatus.Skipped
                && (
                    rerun.Reset.Contains(job.NodeId) || rerun.Reopened.Contains(job.NodeId)
                    || job.Status is JobStatus.Waiting or JobStatus.Pending);
            if (!goesOn || _plan[path.NodeId].Body is not { } body)
                continue;
            foreach (var inner in body.Nodes)
                Expect(inner.Id, Math.Max(0, (job.Items ?? ItemsOf(path.NodeId)) - begun.GetValueOrDefault((inner.Id, path))));
        }
    }

    /// <summary>A node may run so many times; some of them it is skipped, if it was in other executions.</summary>
    private void Expect(string nodeId, double times)
    {
        var runs = times * (_history.GetValueOrDefault(nodeId)?.Share ?? 1);
        if (runs <= 0)
            return;
        Add(nodeId, runs, null);
        foreach (var inner in _plan[nodeId].Body?.Nodes ?? [])
            Expect(inner.Id, runs * ItemsOf(nodeId));
    }

    private double ItemsOf(string loopId) => _history.GetValueOrDefault(loopId)?.Items ?? 1;

    private void Add(string nodeId, double runs, decimal? itsOwnCost)
    {
        var cost = itsOwnCost ?? _history.GetValueOrDefault(nodeId)?.CostUsd
            ?? (_plan.OnlyComputes(_plan[nodeId]) || _plan[nodeId].Body is not null ? 0 : null);
        var before = _nodes.GetValueOrDefault(nodeId) ?? new ForecastNode(nodeId, 0, 0, IsCostKnown: true);
        _nodes[nodeId] = new ForecastNode(
            nodeId, before.Runs + runs, before.CostUsd + ((cost ?? 0) * (decimal)runs), before.IsCostKnown && cost is not null);
    }
}

/// <summary>A node that will run.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Runs">How often: for how many items in a body; part of one where it is skipped now and then.</param>
/// <param name="CostUsd">What that will cost.</param>
/// <param name="IsCostKnown">Whether it is known what one run costs.</param>
internal sealed record ForecastNode(string NodeId, double Runs, decimal CostUsd, bool IsCostKnown);

/// <summary>A job of an execution that may go on.</summary>
internal sealed record PastJob
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The node, as the record names it.</summary>
    public required string NodeId { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>What its run cost; null if it did not come to its end, or has run more than once.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>How many items it runs its body for; null for a node without one, or if it has not begun.</summary>
    public int? Items { get; init; }
}

/// <summary>How a node has run in the executions of its template.</summary>
internal sealed record NodeHistory
{
    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>Of how many of the times that it was settled it ran, and was not skipped: from 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>What a run has cost, on an average; null if none has come to its end.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>For how many items it ran its body, on an average; null for a node without one.</summary>
    public double? Items { get; init; }
}
