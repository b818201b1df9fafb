using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Limits;

/// <summary>Starts the executions that wait for their turn in a workspace (<see cref="LimitOptions.ExecutionsPerWorkspace"/>).</summary>
internal sealed class ExecutionQueue(ExecutionStore executions, RunLimits limits, IEngine engine, TimeProvider time)
{
    /// <summary>
    /// An execution does not run any more: others of its workspace may. Not just one of them, since two that end at once would both name
    /// the same.
    /// </summary>
    public async Task StartNextAsync(ExecutionRow? former, CancellationToken cancellationToken)
    {
        if (limits.ExecutionsPerWorkspace is not { } limit || former is null)
            return;
        foreach (var next in await executions.ListNextPendingAsync(
                former.WorkspaceId, limit, limits.StaleBefore(time.GetUtcNow()), cancellationToken))
            await engine.StartAsync(next, cancellationToken);
    }
}
