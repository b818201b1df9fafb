using WorkflowFunctions.Planning;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Jobs;

namespace WorkflowFunctions.Running;

/// <summary>The executions that this process runs nodes of.</summary>
internal interface IActiveExecutions
{
    /// <summary>Takes up an execution as the record has it now.</summary>
    ActiveExecution Open(ExecutionRow row, WorkflowPlan plan, IEnumerable<JobOutcome> outcomes);

    /// <summary>Finds an execution for a step that is about some of its nodes; null if there is none, or it is not to go on.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="paths">The nodes, as the record names them.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    Task<ActiveExecution?> FindAsync(string executionId, IReadOnlyList<string> paths, CancellationToken cancellationToken);

    /// <summary>What is kept from one step to the next of an execution that is taken up here; null if nothing is.</summary>
    ActiveExecution? Kept(string executionId);

    /// <summary>Finds the row of an execution.</summary>
    Task<ExecutionRow?> FindRowAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>A step is done with what it found or opened.</summary>
    void Leave(ActiveExecution execution);

    /// <summary>Stops the nodes of an execution that run in this process.</summary>
    void Cancel(string executionId);

    /// <summary>Forgets an execution.</summary>
    void Remove(string executionId);
}
