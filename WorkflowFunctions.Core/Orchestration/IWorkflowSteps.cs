namespace WorkflowFunctions.Orchestration;

/// <summary>
/// What orchestrations have done for them (<see cref="Steps"/>). A step that is delivered twice does its work once.
/// </summary>
public interface IWorkflowSteps
{
    /// <summary>Takes an execution up and says where it stands.</summary>
    Task<OpenedExecution> OpenAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>Takes a slice of a loop up and says where it stands.</summary>
    Task<OpenedExecution> OpenSliceAsync(LoopSlice slice, CancellationToken cancellationToken);

    /// <summary>Runs a node, or says what came of it if it has run.</summary>
    Task<NodeOutcome> RunNodeAsync(RunNode input, CancellationToken cancellationToken);

    /// <summary>Ends a node whose body has run for every item, or has failed.</summary>
    Task<NodeOutcome> CloseBodyAsync(CloseBody input, CancellationToken cancellationToken);

    /// <summary>Records that nodes are skipped.</summary>
    /// <returns>Whether the execution still runs.</returns>
    Task<bool> SkipNodesAsync(SkipNodes input, CancellationToken cancellationToken);

    /// <summary>Leaves an execution that is not to go on; one that is paused gets its checkpoint.</summary>
    /// <returns>Whether it is left; false if it runs again already.</returns>
    Task<bool> ParkAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>Leaves an execution in which nothing runs until a wait is over.</summary>
    /// <returns>Whether it rests; false if its status has moved on.</returns>
    Task<bool> RestAsync(RestExecution input, CancellationToken cancellationToken);

    /// <summary>Ends an execution: completed, or failed.</summary>
    /// <returns>Whether it has ended; false if its status has moved on.</returns>
    Task<bool> FinishAsync(FinishExecution input, CancellationToken cancellationToken);
}
