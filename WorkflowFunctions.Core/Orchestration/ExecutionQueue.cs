using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Executions;

namespace WorkflowFunctions.Orchestration;

/// <summary>Starts the executions that wait for their turn in a workspace (<see cref="LimitOptions.ExecutionsPerWorkspace"/>).</summary>
internal sealed class ExecutionQueue(ExecutionStore executions, RunLimits limits, IEngine engine)
{
    /// <summary>An execution does not run any more: the next one of its workspace may.</summary>
    public async Task StartNextAsync(ExecutionRow? former, CancellationToken cancellationToken)
    {
        if (limits.ExecutionsPerWorkspace is null || former is null)
            return;
        if (await executions.FindNextPendingAsync(former.WorkspaceId, cancellationToken) is { } next)
            await engine.StartAsync(next, cancellationToken);
    }
}
