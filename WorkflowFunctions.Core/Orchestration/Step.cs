namespace WorkflowFunctions.Orchestration;

/// <summary>A step that an orchestration may call: a name to register it under, and what it runs.</summary>
/// <typeparam name="TInput">Small and serialisable: ids.</typeparam>
/// <typeparam name="TOutput">Small and serialisable: an outcome.</typeparam>
/// <param name="Name">The name: of an activity in Durable Functions.</param>
/// <param name="Run">Runs the step.</param>
public sealed record Step<TInput, TOutput>(string Name, Func<IWorkflowSteps, TInput, CancellationToken, Task<TOutput>> Run);

/// <summary>All steps.</summary>
public static class Steps
{
    /// <summary>Takes an execution up and says where it stands.</summary>
    public static readonly Step<string, OpenedExecution> Open =
        new("OpenExecution", static (steps, executionId, cancellationToken) => steps.OpenAsync(executionId, cancellationToken));

    /// <summary>Takes a slice of a loop up and says where it stands.</summary>
    public static readonly Step<LoopSlice, OpenedExecution> OpenSlice =
        new("OpenSlice", static (steps, slice, cancellationToken) => steps.OpenSliceAsync(slice, cancellationToken));

    /// <summary>Runs a node.</summary>
    public static readonly Step<RunNode, NodeOutcome> RunNode =
        new("RunNode", static (steps, input, cancellationToken) => steps.RunNodeAsync(input, cancellationToken));

    /// <summary>Ends a node whose body has run, or has failed.</summary>
    public static readonly Step<CloseBody, NodeOutcome> CloseBody =
        new("CloseBody", static (steps, input, cancellationToken) => steps.CloseBodyAsync(input, cancellationToken));

    /// <summary>Records that nodes are skipped.</summary>
    public static readonly Step<SkipNodes, bool> SkipNodes =
        new("SkipNodes", static (steps, input, cancellationToken) => steps.SkipNodesAsync(input, cancellationToken));

    /// <summary>Leaves an execution that is not to go on, with a checkpoint if it is paused.</summary>
    public static readonly Step<string, bool> Park =
        new("ParkExecution", static (steps, executionId, cancellationToken) => steps.ParkAsync(executionId, cancellationToken));

    /// <summary>Leaves an execution in which nothing runs until a wait is over.</summary>
    public static readonly Step<RestExecution, bool> Rest =
        new("RestExecution", static (steps, input, cancellationToken) => steps.RestAsync(input, cancellationToken));

    /// <summary>Ends an execution.</summary>
    public static readonly Step<FinishExecution, bool> Finish =
        new("FinishExecution", static (steps, input, cancellationToken) => steps.FinishAsync(input, cancellationToken));
}
