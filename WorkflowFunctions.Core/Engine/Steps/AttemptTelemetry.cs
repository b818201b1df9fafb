using System.Diagnostics;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>The span and the metrics of one attempt of a node.</summary>
internal readonly struct AttemptTelemetry : IDisposable
{
    private readonly WorkflowMetrics _metrics;
    private readonly Activity? _span;
    private readonly string _nodeType;
    private readonly long _start;

    private AttemptTelemetry(WorkflowMetrics metrics, string nodeType, int attempt)
    {
        (_metrics, _nodeType, _start) = (metrics, nodeType, Stopwatch.GetTimestamp());
        _span = ExecutionTrace.StartAttempt(nodeType, attempt);
        metrics.Active(1, nodeType);
    }

    /// <summary>An attempt begins.</summary>
    public static AttemptTelemetry Start(WorkflowMetrics metrics, JobWrite job) => new(metrics, job.JobType, job.Attempt);

    /// <summary>What came of it is recorded.</summary>
    public void Recorded(JobWrite job)
    {
        _metrics.Attempted(_nodeType, Outcome(job), Stopwatch.GetElapsedTime(_start), job.Tokens, job.CostUsd);
        Computed(job);
    }

    /// <summary>What came of it is known, and will be recorded with others.</summary>
    public void Computed(JobWrite job)
    {
        if (_span is null)
            return;
        var outcome = Outcome(job);
        _span.SetTag("workflow.node.id", job.NodeId);
        _span.SetTag("workflow.outcome", outcome);
        if (job.Tokens > 0)
            _span.SetTag("workflow.tokens", job.Tokens);
        if (job.CostUsd > 0)
            _span.SetTag("workflow.cost_usd", (double)job.CostUsd);
        if (job is { Status: JobStatus.Failed } or { Status: JobStatus.Pending, Error: not null })
            _span.SetTag("error.type", outcome).SetStatus(ActivityStatusCode.Error, job.Error);
    }

    /// <summary>An attempt is over, and recorded together with others.</summary>
    public static void Recorded(WorkflowMetrics metrics, JobWrite job) => metrics.Attempted(
        job.JobType, Outcome(job), (job.CompletedAt - job.StartedAt) ?? TimeSpan.Zero, job.Tokens, job.CostUsd);

    /// <summary>The attempt is over, whether or not it could be recorded.</summary>
    public void Dispose()
    {
        _metrics.Active(-1, _nodeType);
        _span?.Dispose();
    }

    /// <summary>One that is put off has not failed.</summary>
    private static string Outcome(JobWrite job) => job switch
    {
        { Status: JobStatus.Pending, Error: null } => JobStatus.Waiting,
        { Status: JobStatus.Pending } => WorkflowMetrics.Retrying,
        _ => job.Status,
    };
}
