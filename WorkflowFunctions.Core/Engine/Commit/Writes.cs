using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Engine.Commit;

/// <summary>Something to be written by the <see cref="RecordWriter"/> with whatever else is waiting.</summary>
internal abstract record RecordWrite
{
    /// <summary>The execution that it belongs to.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>How many characters of inputs and outputs it has.</summary>
    public virtual long Characters => 0;
}

/// <summary>Begins an execution: <c>pending → running</c>, or recovery of one that runs.</summary>
internal sealed record BeginWrite : RecordWrite
{
    /// <summary>The number of nodes that count for <c>progress_percent</c>.</summary>
    public required int NodesTotal { get; init; }

    /// <summary>The template version that the execution runs.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>When it is begun.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When the execution fails if it has not ended, unless that is set already; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The executions that may run at once in its workspace; null for any number.</summary>
    public int? WorkspaceLimit { get; init; }

    /// <summary>The run that begins it, in traces; null if nobody traces.</summary>
    public string? Traceparent { get; init; }

    /// <summary>
    /// Whether nothing but its row is in the record of it. If it ends before this is committed, it is recorded as one that ran as a
    /// whole.
    /// </summary>
    public bool IsNew { get; init; }
}

/// <summary>The whole state of a job after a transition, and the events that tell of it.</summary>
internal sealed record JobWrite : RecordWrite
{
    /// <summary>The job: see <see cref="Ids.OfJob"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>How often the execution had been retried when the node was begun.</summary>
    public required int Retries { get; init; }

    /// <summary>What the handler got, as JSON; null to leave what is recorded.</summary>
    public string? Input { get; init; }

    /// <summary>What the handler gave, as JSON.</summary>
    public string? Output { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>The stack of an unforeseen exception; goes into <c>celery_tasks.traceback</c>.</summary>
    public string? Traceback { get; init; }

    /// <summary>Input plus output tokens since the last write; added to what is recorded.</summary>
    public int Tokens { get; init; }

    /// <summary>Cost in US dollars since the last write; added to what is recorded.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Calls of other services since the last write; added to what is recorded.</summary>
    public int ApiCalls { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>The attempts that the node has at the most.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>The branch taken.</summary>
    public string? Branch { get; init; }

    /// <summary>When to run again.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>What the job waits for besides a time.</summary>
    public WaitsFor? WaitsFor { get; init; }

    /// <summary>The body of a loop that is done for every item, or has failed.</summary>
    public ClosedBody? Body { get; init; }

    /// <summary>The task that a worker is to do, of a job that begins to wait for it.</summary>
    public WorkerTask? Task { get; init; }

    /// <summary>What its result is found by when the same is asked for again; null if it is not to be.</summary>
    public string? CacheKey { get; init; }

    /// <summary>The job whose recorded result it has; null for one that ran.</summary>
    public string? GivenFrom { get; init; }

    /// <summary>When the first attempt, or the wait, began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the job was settled.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The events of this transition, in order.</summary>
    public IReadOnlyList<JobEvent> Events { get; init; } = [];

    /// <inheritdoc/>
    public override long Characters => (Input?.Length ?? 0) + (Output?.Length ?? 0);

    /// <summary>This write and an earlier one of the same job as one, with the events of both.</summary>
    internal JobWrite After(JobWrite earlier) => this with
    {
        Tokens = earlier.Tokens + Tokens,
        CostUsd = earlier.CostUsd + CostUsd,
        ApiCalls = earlier.ApiCalls + ApiCalls,
        Events = [.. earlier.Events, .. Events],
    };
}

/// <summary>Several jobs of an execution: if the database does not take one of them, none is written.</summary>
internal sealed record JobsWrite : RecordWrite
{
    /// <summary>The jobs, in the order in which they ran.</summary>
    public required IReadOnlyList<JobWrite> Jobs { get; init; }

    /// <inheritdoc/>
    public override long Characters => Jobs.Sum(job => job.Characters);
}

/// <summary>A body that has run.</summary>
/// <param name="Items">The items that the loop itself runs for, as they are written after a node's id.</param>
/// <param name="Count">The number of its items.</param>
/// <param name="Ends">The ids of the nodes that the body ends with; their outputs are gathered if the loop has completed.</param>
/// <param name="NodeIds">The ids of all its nodes; their jobs are cancelled if the loop has failed.</param>
internal sealed record ClosedBody(string Items, int Count, IReadOnlyCollection<string> Ends, IReadOnlyCollection<string> NodeIds);

/// <summary>An event of a job: a row of <c>workflow_execution_events</c>.</summary>
/// <param name="Type">One of <see cref="EventType"/>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Message">What people read.</param>
/// <param name="Data">JSON, or null.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
internal sealed record JobEvent(string Type, DateTimeOffset At, string Message, string? Data = null, string Severity = "info");

/// <summary>Writes a checkpoint from what the record holds.</summary>
internal sealed record CheckpointWrite : RecordWrite
{
    /// <summary>The checkpoint's id.</summary>
    public required string Id { get; init; }

    /// <summary><c>auto</c>, <c>manual</c> or <c>pause</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Why it is written.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asked for it.</summary>
    public string CreatedBy { get; init; } = "system";

    /// <summary>
    /// Write it only if so many nodes have been settled since the latest one, and some are left; null to write it in any case.
    /// </summary>
    public int? AfterNodes { get; init; }
}

/// <summary>
/// Claims a job for this writer's session, so that no other session runs it meanwhile; answered with whether it got it. The
/// claim ends with <see cref="ReleaseWrite"/>, or with the session.
/// </summary>
internal sealed record ClaimWrite : RecordWrite
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }
}

/// <summary>Gives up what <see cref="ClaimWrite"/> got.</summary>
internal sealed record ReleaseWrite : RecordWrite
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }
}

/// <summary>Says that nothing runs in an execution until a time, or until a signal comes.</summary>
internal sealed record RestWrite : RecordWrite
{
    /// <summary>Until when; null if only a signal is waited for.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>
/// Ends an execution, with its metrics and a last checkpoint. The jobs that it ends with are in the same commit: if the database does
/// not take one of them, the execution has not ended.
/// </summary>
internal sealed record FinishWrite : RecordWrite
{
    /// <summary>What is left to record of its jobs, in the order in which they ran.</summary>
    public IReadOnlyList<JobWrite> Jobs { get; init; } = [];

    /// <summary><see cref="ExecutionStatus.Completed"/> or <see cref="ExecutionStatus.Failed"/>.</summary>
    public required string Status { get; init; }

    /// <summary>How often the execution had been retried when this was decided.</summary>
    public required int Retries { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The node that failed.</summary>
    public string? NodeId { get; init; }

    /// <summary>The id of the last checkpoint; null to write none.</summary>
    public required string? CheckpointId { get; init; }
}

/// <summary>
/// An execution that began, ran and completed between two commits. It is recorded at once, with one change of its row where there
/// would be three.
/// </summary>
/// <param name="Begin">How it began.</param>
/// <param name="Jobs">All its jobs, in the order in which they ran.</param>
internal sealed record WholeRun(BeginWrite Begin, IReadOnlyList<JobWrite> Jobs)
{
    /// <summary>Makes one of the writes of an execution; null if they have to be written one after the other.</summary>
    /// <param name="begin">How it begins.</param>
    /// <param name="finish">How it ends.</param>
    public static WholeRun? TryMake(BeginWrite begin, FinishWrite finish) =>
        begin is { IsNew: true, WorkspaceLimit: null }
        && finish is { Status: ExecutionStatus.Completed, Retries: 0 }
        // All of its nodes, so that none is written apart from its end.
        && finish.Jobs.Count == begin.NodesTotal
        && finish.Jobs.All(job => job is { Status: JobStatus.Completed, Body: null })
            ? new WholeRun(begin, finish.Jobs)
            : null;

    /// <summary>What it has cost.</summary>
    public decimal CostUsd => Jobs.Sum(job => job.CostUsd);
}
