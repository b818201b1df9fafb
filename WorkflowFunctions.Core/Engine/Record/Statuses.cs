namespace WorkflowFunctions.Engine.Record;

/// <summary>The values of <c>workflow_executions.status</c> (design, "Life of an execution").</summary>
internal static class ExecutionStatus
{
    /// <summary>Accepted, not begun.</summary>
    public const string Pending = "pending";

    /// <summary>Nodes run, or wait.</summary>
    public const string Running = "running";

    /// <summary>Nothing new starts until it is resumed.</summary>
    public const string Paused = "paused";

    /// <summary>Every node is settled.</summary>
    public const string Completed = "completed";

    /// <summary>A node failed for good.</summary>
    public const string Failed = "failed";

    /// <summary>Ended by a person.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>All of them, in the order of a life.</summary>
    public static IReadOnlyList<string> All { get; } = [Pending, Running, Paused, Completed, Failed, Cancelled];

    /// <summary>Whether an execution of that status has ended.</summary>
    public static bool IsEnded(string status) => status is Completed or Failed or Cancelled;
}

/// <summary>The values of <c>agent_jobs.status</c> (workflow format, "In the record").</summary>
internal static class JobStatus
{
    /// <summary>To be run, or to be run again at <c>wake_at</c> after a failed attempt.</summary>
    public const string Pending = "pending";

    /// <summary>An attempt runs.</summary>
    public const string Running = "running";

    /// <summary>Waits for a time or a signal.</summary>
    public const string Waiting = "waiting";

    /// <summary>Has an output.</summary>
    public const string Completed = "completed";

    /// <summary>Its last attempt failed.</summary>
    public const string Failed = "failed";

    /// <summary>No live edge led to it.</summary>
    public const string Skipped = "skipped";

    /// <summary>The execution ended before it did.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>All of them, in the order of a life.</summary>
    public static IReadOnlyList<string> All { get; } = [Pending, Running, Waiting, Completed, Failed, Skipped, Cancelled];

    /// <summary>Whether a node with such a job is settled: nothing more will happen to it by itself.</summary>
    public static bool IsSettled(string status) => status is Completed or Failed or Skipped;
}

/// <summary>The values of <c>workflow_execution_events.event_type</c>: the document's, and those that it leaves out.</summary>
internal static class EventType
{
    /// <summary>The execution was accepted.</summary>
    public const string Created = "created";

    /// <summary>A schedule made the execution; the data say for which time.</summary>
    public const string Scheduled = "scheduled";

    /// <summary>The execution begins with outputs that are given; the data say of which nodes, and where from.</summary>
    public const string Given = "given";

    /// <summary>The execution began.</summary>
    public const string Started = "started";

    /// <summary>A process took the execution up again after another one was lost.</summary>
    public const string Recovered = "recovered";

    /// <summary>An attempt of a node began.</summary>
    public const string NodeStarted = "node_started";

    /// <summary>A node completed.</summary>
    public const string NodeCompleted = "node_completed";

    /// <summary>An attempt failed, and another one will follow.</summary>
    public const string NodeRetrying = "node_retrying";

    /// <summary>A node waits for a time or a signal.</summary>
    public const string NodeWaiting = "node_waiting";

    /// <summary>The last attempt of a node failed.</summary>
    public const string NodeFailed = "node_failed";

    /// <summary>No live edge led to a node.</summary>
    public const string NodeSkipped = "node_skipped";

    /// <summary>The execution was paused.</summary>
    public const string Paused = "paused";

    /// <summary>A signal was sent to the execution.</summary>
    public const string Signalled = "signalled";

    /// <summary>The execution was retried.</summary>
    public const string Retried = "retried";

    /// <summary>The execution was resumed.</summary>
    public const string Resumed = "resumed";

    /// <summary>A checkpoint was written on request.</summary>
    public const string Checkpointed = "checkpointed";

    /// <summary>The execution failed.</summary>
    public const string Failed = "failed";

    /// <summary>The execution completed.</summary>
    public const string Completed = "completed";

    /// <summary>The execution was cancelled.</summary>
    public const string Cancelled = "cancelled";
}

/// <summary>
/// What the outside may be told of (<c>workflow_deliveries.event_type</c>); which event is which, the outbox itself knows
/// (0081_outbox.sql).
/// </summary>
internal static class OutboxEvent
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "execution.started", "execution.completed", "execution.failed", "execution.paused", "execution.over_cost", "task.opened",
        "task.reminded", "task.answered",
    ];
}

/// <summary>An execution whose status was changed by a person.</summary>
/// <param name="Row">The row after it.</param>
/// <param name="Relatives">The executions that it has started and that changed with it.</param>
internal sealed record StatusChange(ExecutionRow Row, IReadOnlyList<string> Relatives);
