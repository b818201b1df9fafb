using System.Collections.Concurrent;
using System.Text.Json;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Jobs;
using WorkflowFunctions.Record.Writing;

namespace WorkflowFunctions.Orchestration;

/// <summary>
/// What this process keeps in memory of an execution that it runs: its plan, its params, how its nodes stand, and outputs while
/// there is room. All of it is in the record as well.
/// </summary>
internal sealed class ActiveExecution : IDisposable
{
    private readonly OutputBudget _budget;
    private readonly ConcurrentDictionary<string, JobOutcome> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonElement> _outputs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Lock _lock = new();
    private long _outputBytes;
    private int _settled;
    private int _settledAtCheckpoint;

    public ActiveExecution(ExecutionRow row, WorkflowPlan plan, IEnumerable<JobOutcome> jobs, OutputBudget budget)
    {
        (Row, Plan, _budget) = (row, plan, budget);
        Cancelled = _cancelled.Token;
        Config = ExecutionConfig.Read(row.ConfigJson);
        Params = Config.Params ?? JsonElement.Parse("{}");
        ExecutionValue = JsonSerializer.SerializeToElement(new
        {
            id = row.Id,
            workspace_id = row.WorkspaceId,
            project_id = row.ProjectId,
            user_id = row.UserId,
            template_id = row.TemplateId,
        });
        foreach (var job in jobs)
            SetJob(job);
        _settledAtCheckpoint = _settled;
    }

    /// <summary>The row as it was when the execution was taken up.</summary>
    public ExecutionRow Row { get; }

    /// <summary>The plan that it runs.</summary>
    public WorkflowPlan Plan { get; }

    /// <summary>Its settings.</summary>
    public ExecutionConfig Config { get; }

    /// <summary>Its params.</summary>
    public JsonElement Params { get; }

    /// <summary>What templates read as <c>execution</c>.</summary>
    public JsonElement ExecutionValue { get; }

    /// <summary>Fires when the execution is cancelled.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>How the nodes stand that have a job.</summary>
    public IEnumerable<JobOutcome> Jobs => _jobs.Values;

    /// <summary>How a node stands; null if it has no job yet.</summary>
    public JobOutcome? FindJob(string nodeId) => _jobs.GetValueOrDefault(nodeId);

    /// <summary>The job of a node, as it is before anything has happened to it.</summary>
    public JobWrite NewJob(NodePlan node) => new()
    {
        Id = Ids.OfJob(Row.Id, node.Node.Id),
        ExecutionId = Row.Id,
        NodeId = node.Node.Id,
        JobType = node.Node.Type,
        Status = JobStatus.Pending,
        MaxAttempts = node.Policy.Retry.MaxAttempts,
    };

    /// <summary>Notes how a node stands, once it is recorded.</summary>
    public void SetJob(JobOutcome job)
    {
        _jobs[job.NodeId] = job;
        if (JobStatus.IsSettled(job.Status))
            Interlocked.Increment(ref _settled);
    }

    /// <summary>Keeps an output for the nodes that read it, if there is room.</summary>
    public void KeepOutput(string nodeId, JsonElement output, int bytes)
    {
        if (!_budget.TryTake(bytes))
            return;
        Interlocked.Add(ref _outputBytes, bytes);
        _outputs[nodeId] = output;
    }

    /// <summary>Finds an output that was kept.</summary>
    public bool TryGetOutput(string nodeId, out JsonElement output) => _outputs.TryGetValue(nodeId, out output);

    /// <summary>Whether a checkpoint is due once the node that is being recorded is settled; true is said once.</summary>
    public bool IsCheckpointDue()
    {
        lock (_lock)
        {
            var settled = _settled + 1;
            if (settled >= Plan.Graph.Nodes.Count || settled - _settledAtCheckpoint < Config.CheckpointInterval(settled))
                return false;
            _settledAtCheckpoint = settled;
            return true;
        }
    }

    /// <summary>Stops what runs.</summary>
    public void Cancel() => _cancelled.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _budget.Return(Interlocked.Exchange(ref _outputBytes, 0));
        _outputs.Clear();
        _cancelled.Dispose();
    }
}
