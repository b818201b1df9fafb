using System.Collections.Concurrent;
using System.Text.Json;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// What this process keeps in memory of an execution that it runs: its plan, its params, how its nodes stand, and outputs while
/// there is room. All of it is in the record as well.
/// </summary>
internal sealed class ActiveExecution : IDisposable
{
    private readonly RecordAccess _access;
    private readonly OutputBudget _budget;
    private readonly ConcurrentDictionary<string, JobOutcome> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeptOutput> _outputs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeptItems> _items = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Lock _lock = new();
    private int _settled;
    private int _settledInRoot;
    private bool _isDisposed;
    private int _settledAtCheckpoint;

    public ActiveExecution(ExecutionRow row, WorkflowPlan plan, IEnumerable<JobOutcome> jobs, RecordAccess access, OutputBudget budget)
    {
        (Row, Plan, _access, _budget) = (row, plan, access, budget);
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
            created_by = row.CreatedBy ?? row.UserId,
        });
        foreach (var job in jobs)
            SetJob(job);
        _settledAtCheckpoint = _settled;
    }

    /// <summary>The row as it was when the execution was opened.</summary>
    public ExecutionRow Row { get; }

    /// <summary>The plan that it runs.</summary>
    public WorkflowPlan Plan { get; }

    /// <summary>Its settings.</summary>
    public ExecutionConfig Config { get; }

    /// <summary>Its params.</summary>
    public JsonElement Params { get; }

    /// <summary>
    /// Whether the record has it running, once that is known. Pure nodes do not wait for that: what they give is refused with it.
    /// </summary>
    public Task<bool> Begun { get; set; } = Task.FromResult(true);

    /// <summary>Whether each node is to be recorded by itself: the database did not take what was recorded together.</summary>
    public bool RunsNodeByNode { get; set; }

    /// <summary>What the last nodes of all have given, which is recorded with the end of the execution.</summary>
    public IReadOnlyList<JobWrite> LastJobs { get; private set; } = [];

    /// <summary>What templates read as <c>execution</c>.</summary>
    public JsonElement ExecutionValue { get; }

    /// <summary>Fires when the execution is cancelled.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>How the nodes stand that have a job.</summary>
    public IEnumerable<JobOutcome> Jobs => _jobs.Values;

    /// <summary>How a node stands; null if it has no job yet.</summary>
    /// <param name="path">The node, as the record names it.</param>
    public JobOutcome? FindJob(string path) => _jobs.GetValueOrDefault(path);

    /// <summary>The job of a node, as it is before anything has happened to it.</summary>
    public JobWrite NewJob(NodePlan node, NodePath path) => new()
    {
        Id = Ids.OfJob(Row.Id, path.ToString()),
        ExecutionId = Row.Id,
        NodeId = path.ToString(),
        JobType = node.Node.Type,
        Status = JobStatus.Pending,
        Retries = Row.Retries,
        MaxAttempts = node.Policy.Retry.MaxAttempts,
    };

    /// <summary>Notes how a node stands, once it is recorded.</summary>
    public void SetJob(JobOutcome job)
    {
        var wasSettled = FindJob(job.NodeId) is { } former && JobStatus.IsSettled(former.Status);
        _jobs[job.NodeId] = job;
        // One whose output was given is settled from the beginning, and once more if it is skipped.
        if (wasSettled || !JobStatus.IsSettled(job.Status))
            return;
        Interlocked.Increment(ref _settled);
        if (NodePath.Parse(job.NodeId).Items.Length == 0)
            Interlocked.Increment(ref _settledInRoot);
    }

    /// <summary>Keeps an output for the nodes that read it, if there is room.</summary>
    /// <param name="path">The node.</param>
    /// <param name="bytes">How large it is.</param>
    /// <param name="output">Reads it; not called where there is no room.</param>
    public void KeepOutput(string path, int bytes, Func<JsonElement> output)
    {
        lock (_lock)
        {
            if (_outputs.TryRemove(path, out var former))
                _budget.Return(former.Bytes);
            if (!_isDisposed && _budget.TryTake(bytes))
                _outputs[path] = new KeptOutput(output(), bytes);
        }
    }

    /// <summary>Finds an output that was kept.</summary>
    public bool TryGetOutput(string path, out JsonElement output)
    {
        var isKept = _outputs.TryGetValue(path, out var kept);
        output = kept.Output;
        return isKept;
    }

    /// <summary>Keeps the items of a loop for the nodes of its body, if there is room.</summary>
    public void KeepItems(string path, JsonElement items)
    {
        var bytes = items.GetRawText().Length;
        lock (_lock)
        {
            if (!_isDisposed && _budget.TryTake(bytes))
                _items[path] = new KeptItems([.. items.EnumerateArray()], bytes);
        }
    }

    /// <summary>Finds an item of a loop, if its items were kept.</summary>
    public bool TryGetItem(string path, int index, out JsonElement item)
    {
        var isKept = _items.TryGetValue(path, out var kept) && index < kept.Items.Length;
        item = isKept ? kept.Items[index] : default;
        return isKept;
    }

    /// <summary>Gives up what was kept for the body of a node.</summary>
    public void ForgetBody(NodePlan node, NodePath path)
    {
        lock (_lock)
        {
            if (_items.TryRemove(path.ToString(), out var items))
                _budget.Return(items.Bytes);
            foreach (var key in _outputs.Keys.Where(key => node.IsInBody(NodePath.Parse(key), path)))
            {
                if (_outputs.TryRemove(key, out var output))
                    _budget.Return(output.Bytes);
            }
        }
    }

    /// <summary>How many nodes may be settled in one commit: a checkpoint that was asked for is not gone past.</summary>
    public int NodesPerCommit
    {
        get
        {
            if (RunsNodeByNode)
                return 1;
            if (Config.CheckpointEveryNodes is not { } interval)
                return int.MaxValue;
            lock (_lock)
                return _access == RecordAccess.Shared ? interval : Math.Max(1, interval - (_settled - _settledAtCheckpoint));
        }
    }

    /// <summary>Leaves jobs to be recorded with the end of the execution, if no other node is left.</summary>
    /// <param name="jobs">The jobs, in the order in which they ran.</param>
    /// <param name="inRoot">How many of them are of nodes of the workflow itself.</param>
    public bool TryLeaveToEnd(IReadOnlyList<JobWrite> jobs, int inRoot)
    {
        // Where several processes run steps, another one may run the next.
        if (_access == RecordAccess.Shared || RunsNodeByNode || !IsLast(inRoot))
            return false;
        LastJobs = jobs;
        return true;
    }

    private bool IsLast(int inRoot) => _settledInRoot + inRoot >= Plan.Graph.Root.Nodes.Count;

    /// <summary>The checkpoint to write with nodes that are being recorded as settled; null if none is due. One is said once.</summary>
    /// <param name="nodes">How many nodes are being settled.</param>
    /// <param name="inRoot">How many of them are nodes of the workflow itself.</param>
    public CheckpointWrite? NextCheckpoint(int nodes, int inRoot)
    {
        // How many are settled is known to the record alone; the interval may be a little off.
        if (_access == RecordAccess.Shared)
            return Checkpoint() with { AfterNodes = Config.CheckpointInterval(Plan.Graph.Root.Nodes.Count * Row.ProgressPercent / 100) };
        lock (_lock)
        {
            var settled = _settled + nodes;
            // The last node of all is followed by the checkpoint of the end.
            if (_settledInRoot + inRoot >= Plan.Graph.Root.Nodes.Count
                || settled - _settledAtCheckpoint < Config.CheckpointInterval(settled))
                return null;
            _settledAtCheckpoint = settled;
            return Checkpoint();
        }
    }

    /// <summary>Stops what runs.</summary>
    public void Cancel() => _cancelled.Cancel();

    private CheckpointWrite Checkpoint() => new() { Id = Ids.New("cp"), ExecutionId = Row.Id, Type = "auto", Reason = "Nodes settled" };

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _budget.Return(_outputs.Values.Sum(output => (long)output.Bytes) + _items.Values.Sum(items => (long)items.Bytes));
            _outputs.Clear();
            _items.Clear();
        }

        _cancelled.Dispose();
    }

    private readonly record struct KeptOutput(JsonElement Output, int Bytes);

    private readonly record struct KeptItems(JsonElement[] Items, int Bytes);
}
