using Microsoft.Extensions.Logging;
using WorkflowFunctions.Graph;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Writing;

namespace WorkflowFunctions.Orchestration;

/// <summary>
/// The steps that orchestrations call (<see cref="Steps"/>), over one writer. A step that is delivered twice does its work once.
/// </summary>
public sealed class WorkflowSteps
{
    private readonly StepServices _services;
    private readonly RecordWriter _writer;
    private readonly ActiveExecutions _active;
    private readonly NodeRunner _nodes;

    /// <summary>Steps that write through a writer.</summary>
    /// <param name="services">What they work with.</param>
    /// <param name="writer">Where they write.</param>
    /// <param name="logger">Where failures go that are not the workflow's.</param>
    public WorkflowSteps(StepServices services, RecordWriter writer, ILogger<WorkflowSteps> logger)
    {
        (_services, _writer) = (services, writer);
        _active = new ActiveExecutions(services.Executions, services.Jobs, services.Plans);
        _nodes = new NodeRunner(services, writer, logger);
    }

    /// <summary>Takes an execution up and says where it stands.</summary>
    public async Task<OpenedExecution> OpenAsync(string executionId, CancellationToken cancellationToken)
    {
        var row = await _services.Executions.FindAsync(executionId, cancellationToken);
        if (row is not { Status: ExecutionStatus.Pending or ExecutionStatus.Running })
            return new OpenedExecution();
        var isNew = row is { Status: ExecutionStatus.Pending, StartedAt: null, TemplateVersion: not null };

        // A row that someone else inserted names no version: it runs the template as it is now, with its default params.
        var version = row.TemplateVersion
            ?? (await _services.Templates.FindVersionAsync(row.TemplateId, cancellationToken))!.Version;
        var (plan, problems) = await _services.Plans.GetAsync(version, cancellationToken);
        var isBegun = await _writer.WriteAsync(new BeginWrite
        {
            ExecutionId = executionId,
            NodesTotal = plan?.Graph.Nodes.Count ?? 0,
            TemplateVersion = version,
        });
        if (!isBegun)
            return new OpenedExecution();
        if (row.TemplateVersion is null)
            row = (await _services.Executions.FindAsync(executionId, cancellationToken))!;
        if (plan is null)
        {
            await FinishAsync(new FinishExecution(executionId, problems[0].NodeId, DescribeProblems(problems)), cancellationToken);
            return new OpenedExecution();
        }

        var jobs = isNew ? [] : await _services.Jobs.ListOutcomesAsync(executionId, cancellationToken);
        var execution = _active.Set(row, plan, jobs.Where(job => plan.Graph.Find(job.NodeId) is not null));
        return Describe(execution);
    }

    /// <summary>Runs a node, or says what came of it if it has run.</summary>
    public async Task<NodeOutcome> RunNodeAsync(RunNode input, CancellationToken cancellationToken)
    {
        var execution = await _active.FindAsync(input.ExecutionId, cancellationToken);
        return execution is null || execution.Cancelled.IsCancellationRequested
            ? NodeOutcome.Halted
            : await _nodes.RunAsync(execution, execution.Plan[input.NodeId], cancellationToken);
    }

    /// <summary>Records that nodes are skipped.</summary>
    /// <returns>Whether the execution still runs.</returns>
    public async Task<bool> SkipNodesAsync(SkipNodes input, CancellationToken cancellationToken)
    {
        if (await _active.FindAsync(input.ExecutionId, cancellationToken) is not { } execution)
            return false;
        var written = await Task.WhenAll(input.NodeIds.Select(nodeId => SkipAsync(execution, execution.Plan[nodeId])));
        return written.All(isWritten => isWritten);
    }

    /// <summary>Leaves an execution that is not to go on; one that is paused gets its checkpoint.</summary>
    /// <returns>Whether it is left; false if it runs again already.</returns>
    public async Task<bool> ParkAsync(string executionId, CancellationToken cancellationToken)
    {
        var row = await _services.Executions.FindAsync(executionId, cancellationToken);
        if (row is { Status: ExecutionStatus.Running or ExecutionStatus.Pending })
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
        return true;
    }

    /// <summary>Ends an execution: completed, or failed at a node.</summary>
    /// <returns>Whether it has ended; false if its status has moved on.</returns>
    public async Task<bool> FinishAsync(FinishExecution input, CancellationToken cancellationToken)
    {
        var isEnded = await _writer.WriteAsync(new FinishWrite
        {
            ExecutionId = input.ExecutionId,
            Status = input.Error is null ? ExecutionStatus.Completed : ExecutionStatus.Failed,
            Error = input.Error,
            NodeId = input.FailedNodeId,
            CheckpointId = Ids.New("cp"),
        });
        if (isEnded)
            Forget(input.ExecutionId);
        return isEnded;
    }

    /// <summary>Stops the nodes of an execution that run in this process.</summary>
    public void Cancel(string executionId) => _active.Cancel(executionId);

    /// <summary>Forgets what is kept in memory of an execution.</summary>
    public void Forget(string executionId) => _active.Remove(executionId);

    private static OpenedExecution Describe(ActiveExecution execution)
    {
        var settled = new List<Settlement>();
        var waiting = new List<WaitingNode>();
        foreach (var job in execution.Jobs)
        {
            var node = execution.Plan[job.NodeId];
            if (job.Status == JobStatus.Skipped)
                settled.Add(Settlement.Skipped(node.Node.Index));
            else if (job.Status == JobStatus.Completed || (job.Status == JobStatus.Failed && node.Policy.OnError != OnError.Fail))
                settled.Add(Settlement.Completed(node.Node.Index, job.Branch));
            else if (job is { Status: JobStatus.Waiting or JobStatus.Pending, WakeAt: { } wakeAt })
                waiting.Add(new WaitingNode(node.Node.Index, wakeAt));
        }

        return new OpenedExecution
        {
            Runs = true,
            Topology = execution.Plan.Graph.Topology,
            Settled = settled,
            Waiting = waiting,
            MaxParallelNodes = execution.Config.MaxParallelNodes,
        };
    }

    private async Task<bool> SkipAsync(ActiveExecution execution, NodePlan node)
    {
        var job = execution.NewJob(node).Skipped(node.Node.Label, _services.Time.GetUtcNow());
        var isWritten = await _writer.WriteAsync(job);
        if (isWritten)
            execution.SetJob(job.ToOutcome());
        return isWritten || execution.FindJob(node.Node.Id)?.Status == JobStatus.Skipped;
    }

    private static string DescribeProblems(IReadOnlyList<Problem> problems) =>
        "The template cannot be run: " + string.Join(" ", problems.Take(5).Select(problem => $"{problem.Pointer}: {problem.Detail}"));
}
