using System.Collections.Concurrent;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Who else runs nodes on the same database.</summary>
internal enum RecordAccess
{
    /// <summary>Nobody: what this process has written is what the record holds, so it need not be read again.</summary>
    Alone,

    /// <summary>Other processes too: each step reads the record anew, and a node is claimed there before it runs.</summary>
    Shared,
}

/// <summary>
/// The executions that this process runs nodes of. A process that is alone keeps them from one step to the next. One of several keeps
/// nothing but plans, which never change: each step has an execution to itself, as the record has it then.
/// </summary>
internal sealed class ActiveExecutions(ExecutionStore executions, JobStore jobs, WorkflowPlans plans, RecordAccess access)
{
    private readonly OutputBudget _budget = new(total: 64 * 1024 * 1024);
    private readonly ConcurrentDictionary<ActiveExecution, string> _inUse = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, ActiveExecution> _kept = new(StringComparer.Ordinal);

    /// <summary>Takes an execution in as the record has it now.</summary>
    public ActiveExecution Open(ExecutionRow row, WorkflowPlan plan, IEnumerable<JobOutcome> outcomes)
    {
        var execution = new ActiveExecution(row, plan, outcomes, access, _budget);
        if (access == RecordAccess.Shared)
        {
            _inUse[execution] = row.Id;
            return execution;
        }

        return _kept.AddOrUpdate(row.Id, execution, (_, former) =>
        {
            execution.RunsNodeByNode = former.RunsNodeByNode;
            former.Dispose();
            return execution;
        });
    }

    /// <summary>Finds an execution for a step that is about some of its nodes; null if there is none, or it is not to go on.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="paths">The nodes, as the record names them.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<ActiveExecution?> FindAsync(string executionId, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (Kept(executionId) is { } kept)
            return kept;
        if (await executions.FindAsync(executionId, cancellationToken) is not { TemplateVersion: { } version } row
            || (access == RecordAccess.Shared && row.Status != ExecutionStatus.Running)
            || (await plans.GetAsync(version, cancellationToken)).Plan is not { } plan)
        {
            return null;
        }

        return Open(row, plan, access == RecordAccess.Alone
            ? await jobs.ListOutcomesAsync(executionId, cancellationToken)
            : await jobs.ListOutcomesAsync(
                executionId, [.. paths.SelectMany(path => KnownTo(plan, NodePath.Parse(path))).Distinct()], cancellationToken));
    }

    /// <summary>What is kept of an execution from one step to the next; null if nothing is.</summary>
    public ActiveExecution? Kept(string executionId) => _kept.GetValueOrDefault(executionId);

    /// <summary>The row of an execution: as it was when it was opened here, or as the record has it now.</summary>
    public async Task<ExecutionRow?> FindRowAsync(string executionId, CancellationToken cancellationToken) =>
        Kept(executionId)?.Row ?? await executions.FindAsync(executionId, cancellationToken);

    /// <summary>A step is done with what it found or opened.</summary>
    public void Leave(ActiveExecution execution)
    {
        if (_inUse.TryRemove(execution, out _))
            execution.Dispose();
    }

    /// <summary>Stops the nodes of an execution that run in this process.</summary>
    public void Cancel(string executionId)
    {
        Kept(executionId)?.Cancel();
        foreach (var (execution, id) in _inUse)
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

    /// <summary>Forgets what is kept of an execution.</summary>
    public void Remove(string executionId)
    {
        if (_kept.TryRemove(executionId, out var execution))
            execution.Dispose();
    }

    /// <summary>
    /// For each node that may run in a step with this one: the node itself, the nodes whose outputs it reads, those that its edges come
    /// from, and those that lead to what it reads.
    /// </summary>
    private static IEnumerable<string> KnownTo(WorkflowPlan plan, NodePath path) =>
        plan.SegmentOf(plan[path.NodeId])
            .Topology.Nodes.Select(node => plan[node.Id])
            .SelectMany(node =>
                node.Reads
                    .SelectMany(read =>
                        plan[read.NodeId].Incoming
                            .Select(edge => edge.SourceId)
                            .Prepend(read.NodeId)
                            .Select(id => path.See(id, read.Depth)))
                    .Concat(node.Incoming.Select(edge => edge.SourceId + path.Items))
                    .Append(node.Node.Id + path.Items));
}
