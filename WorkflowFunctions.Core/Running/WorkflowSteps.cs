using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Graph;
using WorkflowFunctions.Orchestration;
using WorkflowFunctions.Planning;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Jobs;
using WorkflowFunctions.Record.Writing;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Running;

/// <summary>
/// The steps that orchestrations call (<see cref="Steps"/>), over one writer. A step that is delivered twice does its work once.
/// </summary>
public sealed class WorkflowSteps : IWorkflowSteps
{
    private readonly StepServices _services;
    private readonly RecordWriter _writer;
    private readonly IActiveExecutions _active;
    private readonly NodeRunner _nodes;
    private readonly Kinship _kinship;
    private readonly ExecutionQueue _queue;
    private readonly NodeClaims? _claims;
    private readonly ConcurrentDictionary<string, ExecutionRow> _expected = new(StringComparer.Ordinal);

    /// <summary>Steps that write through a writer.</summary>
    /// <param name="services">What they work with.</param>
    /// <param name="engine">Is told of executions that start, end or change because of others.</param>
    /// <param name="writer">Where they write.</param>
    /// <param name="logger">Where failures go that are not the workflow's.</param>
    /// <param name="access">Whether other processes run steps on the same database meanwhile.</param>
    public WorkflowSteps(
        StepServices services, IEngine engine, RecordWriter writer, ILogger<WorkflowSteps> logger, RecordAccess access = RecordAccess.Alone)
    {
        (_services, _writer) = (services, writer);
        if (access == RecordAccess.Alone)
        {
            _active = new ActiveExecutions(services.Executions, services.Jobs, services.Plans);
        }
        else
        {
            _active = new SharedExecutions(services.Executions, services.Jobs, services.Plans);
            _claims = new NodeClaims(writer, services.Time);
        }

        _kinship = new Kinship(services.Executions, engine);
        _queue = new ExecutionQueue(services.Executions, services.Limits, engine);
        var children = new ChildExecutions(services.Executions, services.Jobs, services.Templates, services.Plans, engine);
        _nodes = new NodeRunner(services, children, writer, logger);
    }

    /// <inheritdoc/>
    public async Task<OpenedExecution> OpenAsync(string executionId, CancellationToken cancellationToken)
    {
        if (!_expected.TryRemove(executionId, out var row))
            row = await _services.Executions.FindAsync(executionId, cancellationToken);
        if (row is not { Status: ExecutionStatus.Pending or ExecutionStatus.Running } || !await _kinship.MayRunAsync(row, cancellationToken))
            return new OpenedExecution();
        var isNew = row is { Status: ExecutionStatus.Pending, StartedAt: null, TemplateVersion: not null, OriginExecutionId: null };

        // A row that someone else inserted names no version: it runs the template as it is now, with its default params.
        var version = row.TemplateVersion
            ?? (await _services.Templates.FindVersionAsync(row.TemplateId, cancellationToken))!.Version;
        var (plan, problems) = await _services.Plans.GetAsync(version, cancellationToken);
        var now = _services.Time.GetUtcNow();
        var deadline = row.DeadlineAt ?? ExecutionConfig.Read(row.ConfigJson).DeadlineAfter(now);
        var (run, opening) = ExecutionTrace.TakeUp(row);
        using var taken = opening;
        var begun = _writer.WriteWithNextAsync(new BeginWrite
        {
            ExecutionId = executionId,
            NodesTotal = plan?.Graph.Root.Nodes.Count ?? 0,
            TemplateVersion = version,
            At = now,
            Deadline = deadline,
            WorkspaceLimit = _services.Limits.ExecutionsPerWorkspace,
            Traceparent = run?.Id,
            IsNew = isNew && row.ParentExecutionId is null,
        });
        // Nothing is known of a new one that the record could change; whether it runs is asked for before its first effect.
        var mayGoAhead = isNew && plan is not null && _claims is null;
        if (!mayGoAhead)
        {
            _writer.Flush(executionId);
            if (!await begun)
                return new OpenedExecution();
        }

        if (row.TemplateVersion is null)
            row = (await _services.Executions.FindAsync(executionId, cancellationToken))!;
        if (plan is null)
        {
            await FinishAsync(new FinishExecution(executionId, problems[0].NodeId, DescribeProblems(problems)), cancellationToken);
            return new OpenedExecution();
        }

        var jobs = isNew ? [] : await _services.Jobs.ListOutcomesAsync(executionId, cancellationToken);
        var arrived = await ListArrivedAsync(executionId, jobs, cancellationToken);
        row = row with { StartedAt = row.StartedAt ?? now };
        var execution = _active.Open(row, plan, jobs.Where(job => plan.Graph.Find(NodePath.Parse(job.NodeId).NodeId) is not null));
        execution.Begun = begun;
        var opened = new OpenedExecution
        {
            Runs = true,
            Topology = plan.Graph.Root.Topology,
            State = new RecordedState(plan, execution.Jobs, arrived).Root(),
            MaxParallelNodes = execution.Config.MaxParallelNodes,
            Deadline = deadline,
        };
        _active.Leave(execution);
        return opened;
    }

    /// <inheritdoc/>
    public async Task<OpenedExecution> OpenSliceAsync(LoopSlice slice, CancellationToken cancellationToken)
    {
        if (await _active.FindAsync(slice.ExecutionId, [slice.NodeId], cancellationToken) is not { } execution)
            return new OpenedExecution();
        try
        {
            // A slice of a loop that has ended is one that was forgotten.
            if (execution.FindJob(slice.NodeId) is not { Status: JobStatus.Waiting })
                return new OpenedExecution();
            var path = NodePath.Parse(slice.NodeId);
            var node = execution.Plan[path.NodeId];
            var jobs = await _services.Jobs.ListOutcomesAsync(slice.ExecutionId, node.BodyIds, path.Items, slice.From, slice.To, cancellationToken);
            var scope = execution.Plan.Graph.Scope(node.Node.ParentId);
            return new OpenedExecution
            {
                Runs = true,
                Topology = new Topology([scope.Topology.Nodes[scope.PlaceOf(path.NodeId)]], []),
                Items = path.Items,
                IsSlice = true,
                State = new RecordedState(execution.Plan, jobs, await ListArrivedAsync(slice.ExecutionId, jobs, cancellationToken)).Slice(slice),
                MaxParallelNodes = slice.MaxParallelNodes,
            };
        }
        finally
        {
            _active.Leave(execution);
        }
    }

    /// <inheritdoc/>
    public async Task<NodeOutcome> RunNodeAsync(RunNode input, CancellationToken cancellationToken)
    {
        await using var claim = await ClaimAsync(input.ExecutionId, input.NodeId, cancellationToken);
        return await UseAsync(
            input.ExecutionId,
            input.NodeId,
            (execution, node, path) => _nodes.RunAsync(execution, node, path, cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<NodeOutcome> CloseBodyAsync(CloseBody input, CancellationToken cancellationToken)
    {
        await using var claim = await ClaimAsync(input.ExecutionId, input.NodeId, cancellationToken);
        return await UseAsync(
            input.ExecutionId,
            input.NodeId,
            async (execution, node, path) =>
            {
                if (input.Error is not null)
                    await _kinship.CancelChildrenAsync(execution.Row.Id, child => node.IsInBody(child, path), "The loop that started it has failed.", cancellationToken);
                return await _nodes.CloseBodyAsync(execution, node, path, input.Error, cancellationToken);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> SkipNodesAsync(SkipNodes input, CancellationToken cancellationToken)
    {
        if (await _active.FindAsync(input.ExecutionId, input.NodeIds, cancellationToken) is not { } execution)
            return false;
        var written = await Task.WhenAll(input.NodeIds.Select(nodeId => SkipAsync(execution, NodePath.Parse(nodeId))));
        _active.Leave(execution);
        return written.All(isWritten => isWritten);
    }

    /// <inheritdoc/>
    public async Task<bool> ParkAsync(string executionId, CancellationToken cancellationToken)
    {
        if (_active.Kept(executionId) is { Begun.IsCompleted: false } unbegun)
        {
            // What becomes of it must not come after this.
            _writer.Flush(executionId);
            await unbegun.Begun;
        }

        var row = await _services.Executions.FindAsync(executionId, cancellationToken);
        if (row is { Status: ExecutionStatus.Running })
            return false;
        if (row is { Status: ExecutionStatus.Paused })
        {
            await _writer.WriteAsync(new CheckpointWrite
            {
                Id = Ids.New("cp"),
                ExecutionId = executionId,
                Type = "pause",
                Reason = "Execution paused",
            });
        }

        Forget(executionId);
        // One that is pending has had no turn that it could give up.
        if (row is { Status: not ExecutionStatus.Pending })
            await _queue.StartNextAsync(row, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> RestAsync(RestExecution input, CancellationToken cancellationToken)
    {
        var rests = await _writer.WriteAsync(new RestWrite { ExecutionId = input.ExecutionId, Until = input.Until });
        if (rests)
        {
            var row = await _active.FindRowAsync(input.ExecutionId, cancellationToken);
            Forget(input.ExecutionId);
            await _queue.StartNextAsync(row, cancellationToken);
        }

        return rests;
    }

    /// <inheritdoc/>
    public async Task<bool> FinishAsync(FinishExecution input, CancellationToken cancellationToken)
    {
        var row = await _active.FindRowAsync(input.ExecutionId, cancellationToken);
        var status = input.Error is null ? ExecutionStatus.Completed : ExecutionStatus.Failed;
        var kept = _active.Kept(input.ExecutionId);
        var lastJobs = kept?.LastJobs ?? [];
        try
        {
            var isEnded = await _writer.WriteAsync(new FinishWrite
            {
                ExecutionId = input.ExecutionId,
                Jobs = lastJobs,
                Status = status,
                Error = input.Error,
                NodeId = input.FailedNodeId,
                Retries = row?.Retries ?? 0,
                CheckpointId = Ids.New("cp"),
            });
            if (!isEnded)
                return false;
        }
        catch (PostgresException) when (lastJobs.Count > 0)
        {
            // The database does not take one of the jobs. It goes on where the record stands, so that the one fails alone.
            kept!.RunsNodeByNode = true;
            return false;
        }

        foreach (var job in lastJobs)
            _services.Metrics.Attempted(job);
        _services.Metrics.Ended(status, row?.StartedAt, _services.Time.GetUtcNow());
        ExecutionTrace.End(input.ExecutionId, status, input.Error);
        // What still runs of one that failed at its deadline is not waited for.
        if (input.Error is not null)
            _active.Cancel(input.ExecutionId);
        Forget(input.ExecutionId);
        if (input.Error is not null)
            await _kinship.CancelChildrenAsync(input.ExecutionId, static _ => true, "The execution that started it has failed.", cancellationToken);
        await _kinship.TellOfEndAsync(row, cancellationToken);
        await _queue.StartNextAsync(row, cancellationToken);
        return true;
    }

    /// <summary>
    /// Gives the row of an execution that was accepted just now and is opened next, so that it need not be read. What has become of it
    /// meanwhile is seen when its begin is written.
    /// </summary>
    public void Expect(ExecutionRow accepted) => _expected[accepted.Id] = accepted;

    /// <summary>Stops the nodes of an execution that run in this process.</summary>
    public void Cancel(string executionId) => _active.Cancel(executionId);

    /// <summary>Forgets what is kept in memory of an execution.</summary>
    public void Forget(string executionId)
    {
        _expected.TryRemove(executionId, out _);
        _active.Remove(executionId);
    }

    private async ValueTask<IReadOnlySet<string>> ListArrivedAsync(
        string executionId, IReadOnlyList<JobOutcome> jobs, CancellationToken cancellationToken) =>
        jobs.Any(job => job.WaitsFor?.Signal is not null)
            ? await _services.Signals.ListArrivedAsync(executionId, cancellationToken)
            : FrozenSet<string>.Empty;

    private async ValueTask<IAsyncDisposable?> ClaimAsync(string executionId, string path, CancellationToken cancellationToken) =>
        _claims is null ? null : await _claims.TakeAsync(executionId, path, cancellationToken);

    private async Task<NodeOutcome> UseAsync(
        string executionId, string nodeId, Func<ActiveExecution, NodePlan, NodePath, Task<NodeOutcome>> use, CancellationToken cancellationToken)
    {
        if (await _active.FindAsync(executionId, [nodeId], cancellationToken) is not { } execution)
            return NodeOutcome.Halted;
        try
        {
            var path = NodePath.Parse(nodeId);
            return execution.Cancelled.IsCancellationRequested
                ? NodeOutcome.Halted
                : await use(execution, execution.Plan[path.NodeId], path);
        }
        finally
        {
            _active.Leave(execution);
        }
    }

    private async Task<bool> SkipAsync(ActiveExecution execution, NodePath path)
    {
        var node = execution.Plan[path.NodeId];
        var job = execution.NewJob(node, path).Skipped(node.Node.Label, _services.Time.GetUtcNow());
        var isWritten = await _writer.WriteAsync(job);
        if (isWritten)
            execution.SetJob(job.ToOutcome());
        return isWritten || execution.FindJob(job.NodeId)?.Status == JobStatus.Skipped;
    }

    private static string DescribeProblems(IReadOnlyList<Problem> problems) =>
        "The template cannot be run: " + string.Join(" ", problems.Take(5).Select(problem => $"{problem.Pointer}: {problem.Detail}"));
}
