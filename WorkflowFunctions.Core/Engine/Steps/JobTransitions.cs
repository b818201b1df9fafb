using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>The transitions of a job, each with the event that tells of it. Pure: what is to be written, and nothing else.</summary>
internal static class JobTransitions
{
    private static readonly JsonSerializerOptions s_eventData = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>An attempt began.</summary>
    public static JobWrite Started(this JobWrite job, string label, DateTimeOffset now) => job with
    {
        Status = JobStatus.Running,
        Events =
            [new JobEvent(EventType.NodeStarted, now, $"Started {label}", job.Attempt > 1 ? Data(new { attempt = job.Attempt }) : null)],
    };

    /// <summary>The node completed.</summary>
    public static JobWrite Completed(this JobWrite job, string label, NodeResult result, string output, DateTimeOffset now) =>
        job.Using(result.Usage) with
        {
            Status = JobStatus.Completed,
            Output = output,
            Branch = result.Branch,
            CompletedAt = now,
            Events =
            [
                new JobEvent(
                    EventType.NodeCompleted, now, result.Warning is null ? $"Completed {label}" : $"Completed {label}. {result.Warning}",
                    Data(new
                    {
                        duration_seconds = Math.Round((now - job.StartedAt!.Value).TotalSeconds, 3),
                        tokens_used = result.Usage.Tokens,
                        output_length = output.Length,
                        branch = result.Branch,
                    }),
                    result.Warning is null ? "info" : "warning"),
            ],
        };

    /// <summary>The node waits for a time, a signal, or whichever comes first.</summary>
    public static JobWrite Waiting(this JobWrite job, string label, NodeWait wait, DateTimeOffset? deadline, DateTimeOffset now) => job with
    {
        Status = JobStatus.Waiting,
        WakeAt = deadline < wait.Until || wait.Until is null ? deadline : wait.Until,
        WaitsFor = (wait.Signal, deadline) is (null, null) ? null : new WaitsFor { Signal = wait.Signal, Deadline = deadline },
        Task = wait.Task,
        Events =
        [
            new JobEvent(
                EventType.NodeWaiting, now,
                (wait.Asked, wait.Signal, wait.Until) switch
                {
                    _ when wait.Task is { } task => $"{label} waits for a worker of the queue '{task.Queue}' to do {task.Name}",
                    (AskedEvent.Reminded, _, _) => $"{label} still waits for an answer",
                    (AskedEvent.Opened, _, _) => $"{label} waits for an answer",
                    (_, null, var until) => $"{label} waits until {until:u}",
                    (_, var signal, null) => $"{label} waits for the signal '{signal}'",
                    var (_, signal, until) => $"{label} waits for the signal '{signal}' until {until:u}",
                },
                Data(new
                {
                    signal = wait.Signal,
                    until = wait.Until,
                    task = wait.Task?.Name,
                    queue = wait.Task?.Queue,
                    asked = wait.Asked?.ToString().ToLowerInvariant(),
                })),
        ],
    };

    /// <summary>The body of the node runs; the node waits for it.</summary>
    public static JobWrite WaitingForBody(this JobWrite job, string label, BodyRun body, DateTimeOffset? deadline, DateTimeOffset now) =>
        job with
        {
            Status = JobStatus.Waiting,
            WaitsFor = new WaitsFor { Items = body.Count, MaxParallel = body.MaxParallel, Deadline = deadline },
            Events =
            [
                new JobEvent(
                    EventType.NodeWaiting, now, $"{label} runs for {body.Count} items",
                    Data(new { items = body.Count, max_parallel = body.MaxParallel })),
            ],
        };

    /// <summary>The body has run for every item; what it gave is gathered in the record.</summary>
    public static JobWrite BodyCompleted(this JobWrite job, string label, ClosedBody body, DateTimeOffset now) => job with
    {
        Status = JobStatus.Completed,
        Body = body,
        CompletedAt = now,
        Events =
        [
            new JobEvent(EventType.NodeCompleted, now, $"Completed {label}", Data(new
            {
                duration_seconds = Math.Round((now - job.StartedAt!.Value).TotalSeconds, 3),
                items = body.Count,
            })),
        ],
    };

    /// <summary>The attempt failed, and another one will follow.</summary>
    public static JobWrite Retrying(this JobWrite job, string label, DateTimeOffset at, DateTimeOffset now) => job with
    {
        Status = JobStatus.Pending,
        WakeAt = at,
        Events =
        [
            new JobEvent(
                EventType.NodeRetrying, now, $"Attempt {job.Attempt} of {label} failed: {job.Error}",
                Data(new { attempt = job.Attempt, max_attempts = job.MaxAttempts, next_at = at }), "warning"),
        ],
    };

    /// <summary>The attempt is put off: it has not done what it is for, and the next one has its number.</summary>
    public static JobWrite Deferred(this JobWrite job, string label, string reason, DateTimeOffset at, DateTimeOffset now) => job with
    {
        Status = JobStatus.Pending,
        Attempt = job.Attempt - 1,
        WakeAt = at,
        Events = [new JobEvent(EventType.NodeWaiting, now, $"{label} waits until {at:u}: {reason}", Data(new { until = at, reason }))],
    };

    /// <summary>The last attempt failed. Unless that fails the execution, the error is the node's output.</summary>
    public static JobWrite Failed(this JobWrite job, string label, OnError onError, DateTimeOffset now) =>
        job with
        {
            Status = JobStatus.Failed,
            Output =
                onError == OnError.Fail
                    ? null
                    : Data(new { error = new { message = job.Error, node_id = job.NodeId, attempts = job.Attempt } }),
            Branch = onError == OnError.Branch ? Frontier.ErrorBranch : null,
            CompletedAt = now,
            Events =
            [
                new JobEvent(
                    EventType.NodeFailed, now, $"{label} failed: {job.Error}", Data(new { attempt = job.Attempt, on_error = onError }),
                    "error"),
            ],
        };

    /// <summary>No live edge led to the node.</summary>
    public static JobWrite Skipped(this JobWrite job, string label, DateTimeOffset now) => job with
    {
        Status = JobStatus.Skipped,
        CompletedAt = now,
        Events = [new JobEvent(EventType.NodeSkipped, now, $"Skipped {label}: no branch led here")],
    };

    /// <summary>Adds what an attempt used.</summary>
    public static JobWrite Using(this JobWrite job, Usage usage) => job with
    {
        Tokens = (int)Math.Min(int.MaxValue, usage.Tokens),
        CostUsd = Math.Round(usage.CostUsd, 6),
        ApiCalls = usage.ApiCalls,
    };

    /// <summary>How the node stands once the write is committed.</summary>
    public static JobOutcome ToOutcome(this JobWrite job) => new()
    {
        NodeId = job.NodeId,
        Status = job.Status,
        Attempt = job.Attempt,
        Branch = job.Branch,
        WakeAt = job.WakeAt,
        WaitsFor = job.WaitsFor,
        StartedAt = job.StartedAt,
        IsGiven = job.GivenFrom is not null,
    };

    private static string Data<T>(T data) => JsonSerializer.Serialize(data, s_eventData);
}
