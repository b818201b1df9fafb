using System.Collections.Concurrent;
using WorkflowFunctions.Graph;
using WorkflowFunctions.Planning;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Executions;
using WorkflowFunctions.Record.Jobs;

namespace WorkflowFunctions.Running;

/// <summary>
/// The executions of a process that is one of several: each step sees the record as it is, and nothing is kept from one step to
/// the next but plans, which never change.
/// </summary>
internal sealed class SharedExecutions(ExecutionStore executions, JobStore jobs, WorkflowPlans plans) : IActiveExecutions
{
    private readonly OutputBudget _budget = new(total: 0);
    private readonly ConcurrentDictionary<ActiveExecution, string> _active = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    public ActiveExecution Open(ExecutionRow row, WorkflowPlan plan, IEnumerable<JobOutcome> outcomes)
    {
        var execution = new ActiveExecution(row, plan, outcomes, RecordAccess.Shared, _budget);
        _active[execution] = row.Id;
        return execution;
    }

    /// <inheritdoc/>
    public async Task<ActiveExecution?> FindAsync(string executionId, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (await executions.FindAsync(executionId, cancellationToken) is not { Status: ExecutionStatus.Running, TemplateVersion: { } version } row)
            return null;
        var (plan, _) = await plans.GetAsync(version, cancellationToken);
        if (plan is null)
            return null;
        var known = paths.SelectMany(path => KnownTo(plan, NodePath.Parse(path))).Distinct();
        return Open(row, plan, await jobs.ListOutcomesAsync(executionId, [.. known], cancellationToken));
    }

    /// <inheritdoc/>
    public ActiveExecution? Kept(string executionId) => null;

    /// <inheritdoc/>
    public Task<ExecutionRow?> FindRowAsync(string executionId, CancellationToken cancellationToken) =>
        executions.FindAsync(executionId, cancellationToken);

    /// <inheritdoc/>
    public void Leave(ActiveExecution execution)
    {
        _active.TryRemove(execution, out _);
        execution.Dispose();
    }

    /// <inheritdoc/>
    public void Cancel(string executionId)
    {
        foreach (var (execution, id) in _active)
        {
            if (id != executionId)
                continue;
            try
            {
                execution.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // Its step has just come to its end.
            }
        }
    }

    /// <inheritdoc/>
    public void Remove(string executionId)
    {
        // Nothing is kept.
    }

    /// <summary>The node itself, the nodes whose outputs it reads, and those that its edges come from; the same for those that may run with it.</summary>
    private static IEnumerable<string> KnownTo(WorkflowPlan plan, NodePath path)
    {
        var node = plan[path.NodeId];
        var nodes = node.Type.IsPure ? plan.FollowersOf(node).Prepend(node) : [node];
        return nodes.SelectMany(each => each.Reads.Select(read => path.See(read.NodeId, read.Depth))
            .Concat(each.Incoming.Select(edge => edge.SourceId + path.Items))
            .Append(each.Node.Id + path.Items));
    }
}
