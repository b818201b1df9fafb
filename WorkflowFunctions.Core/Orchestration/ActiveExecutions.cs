using System.Collections.Concurrent;
using WorkflowFunctions.Record.Executions;
using WorkflowFunctions.Record.Jobs;

namespace WorkflowFunctions.Orchestration;

/// <summary>The executions that this process runs nodes of.</summary>
internal sealed class ActiveExecutions(ExecutionStore executions, JobStore jobs, WorkflowPlans plans)
{
    private readonly OutputBudget _budget = new();
    private readonly ConcurrentDictionary<string, ActiveExecution> _active = new(StringComparer.Ordinal);

    /// <summary>Takes up an execution as the record has it now.</summary>
    public ActiveExecution Set(Record.ExecutionRow row, WorkflowPlan plan, IEnumerable<JobOutcome> outcomes)
    {
        var execution = new ActiveExecution(row, plan, outcomes, _budget);
        _active.AddOrUpdate(row.Id, execution, (_, former) =>
        {
            former.Dispose();
            return execution;
        });
        return execution;
    }

    /// <summary>Finds an execution, from the record if this process has not opened it itself; null if there is none.</summary>
    public async Task<ActiveExecution?> FindAsync(string executionId, CancellationToken cancellationToken)
    {
        if (_active.TryGetValue(executionId, out var active))
            return active;
        if (await executions.FindAsync(executionId, cancellationToken) is not { TemplateVersion: { } version } row)
            return null;
        var (plan, _) = await plans.GetAsync(version, cancellationToken);
        return plan is null ? null : Set(row, plan, await jobs.ListOutcomesAsync(executionId, cancellationToken));
    }

    /// <summary>The row of an execution as it was when this process took it up, or as the record has it now.</summary>
    public async Task<Record.ExecutionRow?> FindRowAsync(string executionId, CancellationToken cancellationToken) =>
        _active.TryGetValue(executionId, out var active) ? active.Row : await executions.FindAsync(executionId, cancellationToken);

    /// <summary>Stops the nodes of an execution that run in this process.</summary>
    public void Cancel(string executionId)
    {
        if (_active.TryGetValue(executionId, out var execution))
            execution.Cancel();
    }

    /// <summary>Forgets an execution.</summary>
    public void Remove(string executionId)
    {
        if (_active.TryRemove(executionId, out var execution))
            execution.Dispose();
    }
}
