using System.Collections.Concurrent;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Limits;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>What the steps of a process have in common: the writer, and what is kept in memory of the executions that it runs.</summary>
internal sealed class StepContext(StepServices services, IEngine engine, RecordWriter writer, RecordAccess access)
{
    public StepServices Services { get; } = services;

    public RecordWriter Writer { get; } = writer;

    public RecordAccess Access { get; } = access;

    /// <summary>The right to run a node; null where no other process could.</summary>
    public NodeClaims? Claims { get; } = access == RecordAccess.Shared ? new NodeClaims(writer, services.Time) : null;

    /// <summary>
    /// How long a step goes on to nodes that follow. After this it ends with the one that it is at, so that what has changed meanwhile is
    /// heard of.
    /// </summary>
    public TimeSpan LongestSegment { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether nothing new is to begin: a step ends with the node that it runs.</summary>
    public bool IsClosing { get; set; }

    /// <summary>The executions that this process runs nodes of.</summary>
    public ActiveExecutions Active { get; } = new(services.Executions, services.Jobs, services.Plans, access);

    /// <summary>The executions that nodes start.</summary>
    public ChildExecutions Children { get; } = new(services.Executions, services.Jobs, services.Templates, services.Plans, engine);

    /// <summary>The executions that wait for their turn.</summary>
    public ExecutionQueue Queue { get; } = new(services.Executions, services.Limits, engine, services.Time);

    /// <summary>Rows of executions that are opened next, by their ids.</summary>
    public ConcurrentDictionary<string, ExecutionRow> Expected { get; } = new(StringComparer.Ordinal);

    /// <summary>Forgets what is kept in memory of an execution.</summary>
    public void Forget(string executionId)
    {
        Expected.TryRemove(executionId, out _);
        Active.Remove(executionId);
    }

    /// <summary>Runs nodes from one on, which no other process has in hand meanwhile.</summary>
    /// <returns>What came of it; <see cref="SegmentOutcome.Halted"/> if the execution is not to go on.</returns>
    public async Task<SegmentOutcome> WithNodeAsync(
        string executionId, string nodeId, Func<ActiveExecution, NodePlan, NodePath, Task<SegmentOutcome>> run,
        CancellationToken cancellationToken)
    {
        using var claim = Claims is null ? null : await Claims.TakeAsync(executionId, nodeId, cancellationToken);
        if (await Active.FindAsync(executionId, [nodeId], cancellationToken) is not { } execution)
            return SegmentOutcome.Halted;
        try
        {
            var path = NodePath.Parse(nodeId);
            return execution.Cancelled.IsCancellationRequested
                ? SegmentOutcome.Halted
                : await run(execution, execution.Plan[path.NodeId], path);
        }
        finally
        {
            Active.Leave(execution);
        }
    }
}
