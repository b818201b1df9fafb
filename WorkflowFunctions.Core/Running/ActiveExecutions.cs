using System.Collections.Concurrent;
using WorkflowFunctions.Planning;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Executions;
using WorkflowFunctions.Record.Jobs;

namespace WorkflowFunctions.Running;

/// <summary>The executions of a process that runs nodes alone: what it keeps in memory is what the record holds.</summary>
internal sealed class ActiveExecutions(ExecutionStore executions, JobStore jobs, WorkflowPlans plans) : IActiveExecutions
{
    private readonly OutputBudget _budget = new(total: 64 * 1024 * 1024);
    private readonly ConcurrentDictionary<string, ActiveExecution> _active = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ActiveExecution Open(ExecutionRow row, WorkflowPlan plan, IEnumerable<JobOutcome> outcomes)
    {
        var execution = new ActiveExecution(row, plan, outcomes, RecordAccess.Alone, _budget);
        _active.AddOrUpdate(row.Id, execution, (_, former) =>
        {
            execution.RunsNodeByNode = former.RunsNodeByNode;
            former.Dispose();
            return execution;
        });
        return execution;
    }

    /// <inheritdoc/>
    /// <remarks>From the record if this process has not opened it itself.</remarks>
    public async Task<ActiveExecution?> FindAsync(string executionId, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (_active.TryGetValue(executionId, out var active))
            return active;
        if (await executions.FindAsync(executionId, cancellationToken) is not { TemplateVersion: { } version } row)
            return null;
        var (plan, _) = await plans.GetAsync(version, cancellationToken);
        return plan is null ? null : Open(row, plan, await jobs.ListOutcomesAsync(executionId, cancellationToken));
    }

    /// <inheritdoc/>
    public ActiveExecution? Kept(string executionId) => _active.GetValueOrDefault(executionId);

    /// <inheritdoc/>
    /// <remarks>As it was when this process took it up, or as the record has it now.</remarks>
    public async Task<ExecutionRow?> FindRowAsync(string executionId, CancellationToken cancellationToken) =>
        _active.TryGetValue(executionId, out var active) ? active.Row : await executions.FindAsync(executionId, cancellationToken);

    /// <inheritdoc/>
    public void Leave(ActiveExecution execution)
    {
        // Kept for the next step.
    }

    /// <inheritdoc/>
    public void Cancel(string executionId)
    {
        if (_active.TryGetValue(executionId, out var execution))
            execution.Cancel();
    }

    /// <inheritdoc/>
    public void Remove(string executionId)
    {
        if (_active.TryRemove(executionId, out var execution))
            execution.Dispose();
    }
}
