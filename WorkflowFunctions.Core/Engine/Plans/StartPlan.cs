using System.Text.Json;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Plans;

/// <summary>
/// With which nodes an execution begins that is given outputs: those that a person gives, and those that another execution has recorded. Of
/// all others it runs what is asked for. Pure: plans and outcomes in, jobs and problems out.
/// </summary>
internal sealed class StartPlan
{
    private readonly WorkflowPlan _plan;
    private readonly GivenOutputs _request;
    private readonly Dictionary<NodePath, GivenJob> _jobs = [];
    private readonly Dictionary<NodePath, JobOutcome> _recorded;
    private readonly OrderedDictionary<NodePath, string> _only = [];
    private readonly List<Problem> _problems = [];

    private StartPlan(WorkflowPlan plan, GivenOutputs request, IReadOnlyList<JobOutcome> recorded) =>
        (_plan, _request, _recorded) = (plan, request, recorded.ToDictionary(job => NodePath.Parse(job.NodeId)));

    /// <summary>Works out how the nodes stand at the start.</summary>
    /// <param name="plan">The plan that will run.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="rerun">What of the other execution runs again; null if there is no other one.</param>
    /// <param name="recorded">How the nodes of the other execution stand.</param>
    /// <returns>The jobs that it begins with, and what is wrong with the request; pointers are into its body.</returns>
    public static (IReadOnlyList<GivenJob> Jobs, IReadOnlyList<Problem> Problems) Make(
        WorkflowPlan plan, GivenOutputs request, RerunPlan? rerun, IReadOnlyList<JobOutcome> recorded)
    {
        var start = new StartPlan(plan, request, recorded);
        if (rerun is not null)
            start.TakeOver(rerun);
        start.TakeOutputs();
        if (request.Only is not null)
            start.RunOnly(request.Only);
        return ([.. start._jobs.Values], start._problems);
    }

    private void TakeOver(RerunPlan rerun)
    {
        foreach (var job in _recorded.Values)
        {
            if (rerun.Reset.Contains(job.NodeId) || rerun.Removed.Contains(job.NodeId))
                continue;
            var status = rerun.Reopened.Contains(job.NodeId) ? JobStatus.Waiting : job.Status;
            Set(new GivenJob(job.NodeId, TypeOf(job.NodeId), status) { Branch = job.Branch });
        }
    }

    private void TakeOutputs()
    {
        foreach (var (id, output) in _request.Outputs)
        {
            if (Find($"/outputs/{Problem.Escape(id)}", id) is not { } path)
                continue;
            RemoveBody(path);
            var recorded = _recorded.GetValueOrDefault(path);
            Set(new GivenJob(id, TypeOf(id), JobStatus.Completed)
            {
                Output = StorableJson.Of(output.GetRawText()),
                Branch = BranchOf(path) ?? recorded?.Branch,
            });
        }

        foreach (var id in _request.Branches.Keys.Where(id => !_request.Outputs.ContainsKey(id)))
            _problems.Add(
                new Problem(
                    $"/branches/{Problem.Escape(id)}", $"No output is given for '{id}'.", $"an output in /outputs/{Problem.Escape(id)}"));
        if (_request.Only is null)
            _problems.AddRange(
                _request.Outputs.Keys.Where(id => _jobs.ContainsKey(NodePath.Parse(id))).Select(MissingBranch).OfType<Problem>());
    }

    private string? BranchOf(NodePath path)
    {
        if (!_request.Branches.TryGetValue(path.ToString(), out var branch))
            return null;
        var branches = BranchesOf(path);
        if (!branches.Contains(branch))
        {
            _problems.Add(new Problem(
                $"/branches/{Problem.Escape(path.ToString())}",
                $"The node '{path}' has no branch '{branch}'.",
                branches.Count == 0 ? "nothing: it has no branches" : "one of " + string.Join(", ", branches)));
        }

        return branch;
    }

    private Problem? MissingBranch(string id)
    {
        var path = NodePath.Parse(id);
        var branches = BranchesOf(path).Where(branch => branch != Frontier.ErrorBranch).ToList();
        return branches.Count == 0 || _jobs[path].Branch is not null
            ? null
            : new Problem(
                $"/branches/{Problem.Escape(id)}", $"The node '{id}' has branches; it is not said which one it took.",
                "one of " + string.Join(", ", branches));
    }

    private IReadOnlyList<string> BranchesOf(NodePath path)
    {
        var node = _plan[path.NodeId];
        return ((INodeShape)node.Type).Branches(node.Node.Data);
    }

    /// <summary>Finds a node that the request names: of the workflow itself, or in a body for an item of a loop that has begun.</summary>
    private NodePath? Find(string pointer, string id)
    {
        var path = NodePath.Parse(id);
        if (_plan.Graph.Find(path.NodeId) is null)
        {
            _problems.Add(new Problem(pointer, $"The workflow has no node '{path.NodeId}'.", "the id of a node"));
            return null;
        }

        if (path.Depth != _plan[path.NodeId].Depth)
        {
            var loop = _plan.Graph[path.NodeId].ParentId;
            _problems.Add(loop is null
                ? new Problem(pointer, $"The node '{path.NodeId}' is in no loop.", $"'{path.NodeId}'")
                : new Problem(
                    pointer,
                    $"The node '{path.NodeId}' runs for each item of '{loop}': name one.",
                    $"'{path.NodeId}{string.Concat(Enumerable.Repeat("#0", _plan[path.NodeId].Depth))}' for the first"));
            return null;
        }

        if (path.Depth > 0 && !(_recorded.ContainsKey(path) && _plan.Graph.Containers(path).All(_jobs.ContainsKey)))
        {
            _problems.Add(
                new Problem(
                    pointer, $"There is no '{path}' to go on with.",
                    "an item of a loop that from_execution has run, and that nothing before it has changed"));
            return null;
        }

        return path;
    }

    private void RunOnly(IReadOnlyList<string> ids)
    {
        foreach (var (i, id) in ids.Index())
        {
            var pointer = $"/only/{i}";
            if (Find(pointer, id) is not { } path)
                continue;
            if (_request.Outputs.ContainsKey(id))
                _problems.Add(
                    new Problem(pointer, $"The node '{path}' is given an output: it does not run.", "a node that no output is given for"));
            else if (_plan.Graph.Containers(path).Any(loop => _recorded[loop].Status != JobStatus.Completed))
                _problems.Add(
                    new Problem(
                        pointer, $"The loop of '{path}' has not completed: its other items would run too.",
                        "an item of a loop that has completed"));
            else
                _only.TryAdd(path, pointer);
        }

        foreach (var path in _only.Keys)
        {
            _jobs.Remove(path);
            RemoveBody(path);
            foreach (var loop in _plan.Graph.Containers(path))
                Set(new GivenJob(loop.ToString(), TypeOf(loop.ToString()), JobStatus.Waiting));
        }

        SkipTheRest();
        foreach (var (path, pointer) in _only)
            RequireInputs(pointer, path);
    }

    private void RemoveBody(NodePath path)
    {
        foreach (var inner in _jobs.Keys.Where(inner => _plan[path.NodeId].IsInBody(inner, path)).ToList())
            _jobs.Remove(inner);
    }

    /// <summary>What comes after the nodes that run is not run, and not taken over: it was made of what they gave before.</summary>
    private void SkipTheRest()
    {
        foreach (var (path, job) in _jobs.ToList())
        {
            if (job is { Status: not JobStatus.Waiting, Output: null } && _only.Keys.Any(node => _plan.Graph.IsAfter(path, node)))
                Skip(path);
        }

        // A loop that is skipped has no items.
        foreach (var path in _jobs
                .Keys.Where(path => _plan.Graph.Containers(path).Any(loop => _jobs.GetValueOrDefault(loop)?.Status == JobStatus.Skipped))
                .ToList())
            _jobs.Remove(path);
        foreach (var (scope, items)
            in _only.Keys.Select(path => (_plan.Graph[path.NodeId].ParentId, path.Items)).Append((null, "")).Distinct())
        {
            foreach (var path in _plan.Graph.Scope(scope).Nodes.Select(node => new NodePath(node.Id, items)))
            {
                if (!_jobs.ContainsKey(path) && !_only.ContainsKey(path))
                    Skip(path);
            }
        }
    }

    /// <summary>
    /// A node that runs needs what it reads. That it is reached is taken for granted, unless the request itself says which branch was
    /// taken.
    /// </summary>
    private void RequireInputs(string pointer, NodePath path)
    {
        var node = _plan[path.NodeId];
        var readers = node.BodyIds.Select(id => _plan[id]).Prepend(node);
        var inside = node.BodyIds.Append(path.NodeId).ToHashSet(StringComparer.Ordinal);
        foreach (var read in readers.SelectMany(reader => reader.Needs).Where(read => !inside.Contains(read.NodeId)).Distinct())
        {
            var source = NodePath.Parse(path.See(read.NodeId, read.Depth));
            if (!_only.ContainsKey(source) && _jobs.GetValueOrDefault(source) is not { Status: not JobStatus.Skipped })
                Miss(source);
        }

        var isLed = node.Incoming.Count == 0;
        foreach (var edge in node.Incoming)
        {
            var source = new NodePath(edge.SourceId, path.Items);
            isLed |= _only.ContainsKey(source) || (_jobs.GetValueOrDefault(source) is { } job && job.MakesLive(edge.Branch));
        }

        if (!isLed && !node.Incoming.Any(edge => _request.Outputs.ContainsKey(edge.SourceId + path.Items)))
            Lead(pointer, node.Incoming[0], path);

        void Miss(NodePath source) => _problems.Add(new Problem(
            pointer,
            $"The node '{path}' reads the output of '{source}', which is not given.",
            $"an output for '{source}', an execution that has one (from_execution), or '{source}' in only"));
    }

    private void Lead(string pointer, IncomingEdge edge, NodePath path)
    {
        var source = new NodePath(edge.SourceId, path.Items);
        if (_plan[path.NodeId].Type.ReadsIncoming(_plan[path.NodeId].Node.Data) && _jobs[source].Status == JobStatus.Skipped)
        {
            _problems.Add(
                new Problem(
                    pointer, $"The node '{path}' reads what comes in, and no output of '{source}' is given.", $"an output for '{source}'"));
            return;
        }

        if (_jobs[source].IsLed && _jobs[source].Branch != edge.Branch)
        {
            _problems.Add(new Problem(pointer, $"The nodes are on different branches of '{source}'.", "nodes of one branch"));
            return;
        }

        _jobs[source] = _jobs[source] with { Status = JobStatus.Completed, Branch = edge.Branch, IsLed = true };
    }

    private void Skip(NodePath path) => Set(new GivenJob(path.ToString(), TypeOf(path.ToString()), JobStatus.Skipped));

    private void Set(GivenJob job) => _jobs[NodePath.Parse(job.NodeId)] = job;

    private string TypeOf(string id) => _plan[NodePath.Parse(id).NodeId].Node.Type;
}

/// <summary>Which outputs a start gives, and what it is to run.</summary>
internal sealed record GivenOutputs
{
    /// <summary>Outputs that are taken for those of nodes, by node as the record names it.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Outputs { get; init; }

    /// <summary>The branches that these nodes took.</summary>
    public required IReadOnlyDictionary<string, string> Branches { get; init; }

    /// <summary>The nodes to run; null for all that are not given.</summary>
    public required IReadOnlyList<string>? Only { get; init; }
}
