using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Telemetry;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// The trace of an execution. Its id is made of the execution's, so that every process and every engine that takes the execution up
/// adds to the same trace. Each run of it is a span without a parent; it is linked to the one before it, and the first to the request
/// that started the execution (<c>workflow_executions.traceparent</c>).
/// </summary>
internal static class ExecutionTrace
{
    private static readonly ActivitySource s_source = WorkflowTelemetry.Source;

    /// <summary>The trace of an execution.</summary>
    public static ActivityTraceId IdOf(string executionId) =>
        ActivityTraceId.CreateFromBytes(SHA256.HashData(Encoding.UTF8.GetBytes("workflow-functions:" + executionId)).AsSpan(0, 16));

    /// <summary>Begins a run of an execution: from when a process opens it until it leaves it. Null if nobody listens.</summary>
    public static Activity? StartRun(string executionId)
    {
        if (!s_source.HasListeners())
            return null;
        // The run of another execution may have caused this one; it is not its parent.
        Activity.Current = null;
        var run = s_source.StartActivity(
            "workflow.execution", ActivityKind.Internal, new ActivityContext(IdOf(executionId), default, ActivityTraceFlags.Recorded));
        return run?.SetTag("workflow.execution.id", executionId);
    }

    /// <summary>
    /// Describes the run that opens an execution, and links it to what was before. An engine whose runs are not in one process has
    /// none at hand; the span that is begun for it then is to be ended by the caller.
    /// </summary>
    internal static (Activity? Run, Activity? Begun) Open(ExecutionRow row)
    {
        if (!s_source.HasListeners())
            return (null, null);
        var begun = Current(row.Id) is null ? StartRun(row.Id) : null;
        var run = Current(row.Id);
        run?.SetTag("workflow.template.id", row.TemplateId).SetTag("workflow.workspace.id", row.WorkspaceId);
        if (ActivityContext.TryParse(row.Traceparent, null, isRemote: true, out var before))
            run?.AddLink(new ActivityLink(before));
        return (run, begun);
    }

    /// <summary>Begins a node: one step of it, with the wait for its turn.</summary>
    internal static Activity? StartNode(ExecutionRow row, string nodeType, NodePath path)
    {
        if (!s_source.HasListeners())
            return null;
        Activity? span;
        if (Current(row.Id) is not null)
        {
            span = s_source.StartActivity("workflow.node " + nodeType);
        }
        else
        {
            // The step was called by an engine that has spans of its own.
            ActivityLink[] caller = Activity.Current is { } current ? [new ActivityLink(current.Context)] : [];
            Activity.Current = null;
            span = s_source.StartActivity("workflow.node " + nodeType, ActivityKind.Internal, ParentOf(row), links: caller);
        }

        return span?.SetTag("workflow.execution.id", row.Id)
            .SetTag("workflow.workspace.id", row.WorkspaceId)
            .SetTag("workflow.node.id", path.ToString())
            .SetTag("workflow.node.type", nodeType);
    }

    /// <summary>Begins an attempt of the node whose span is the current one.</summary>
    internal static Activity? StartAttempt(string nodeType, int attempt) => s_source.HasListeners()
        ? s_source.StartActivity("workflow.attempt " + nodeType)?.SetTag("workflow.attempt", attempt)
        : null;

    /// <summary>Begins the wait until what an attempt gave is committed.</summary>
    internal static Activity? StartRecord() => s_source.HasListeners() && Activity.Current is not null
        ? s_source.StartActivity("workflow.record")
        : null;

    /// <summary>Notes in the span of the run how the execution ended.</summary>
    internal static void End(string executionId, string status, string? error)
    {
        if (Current(executionId)?.SetTag("workflow.outcome", status) is { } run && error is not null)
            run.SetStatus(ActivityStatusCode.Error, error);
    }

    private static ActivityContext ParentOf(ExecutionRow row) =>
        ActivityContext.TryParse(row.Traceparent, null, isRemote: true, out var run) && run.TraceId == IdOf(row.Id)
            ? run
            : new ActivityContext(IdOf(row.Id), default, ActivityTraceFlags.Recorded);

    private static Activity? Current(string executionId) =>
        Activity.Current is { } current && current.TraceId == IdOf(executionId) ? current : null;
}
