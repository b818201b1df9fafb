namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>
/// A step that an orchestration may call. It is known by its name alone: what it does is the affair of the engine that runs it
/// (<c>Engine/Steps</c>). A step that is delivered twice does its work once.
/// </summary>
/// <typeparam name="TInput">Small and serialisable: ids.</typeparam>
/// <typeparam name="TOutput">Small and serialisable: an outcome.</typeparam>
/// <param name="Name">The name: of an activity in Durable Functions.</param>
internal sealed record Step<TInput, TOutput>(string Name);

/// <summary>All steps, in the order in which an execution meets them.</summary>
internal static class Step
{
    /// <summary>Opens an execution: it runs from now on, and the answer says how its nodes stand.</summary>
    public static readonly Step<string, OpenedExecution> Open = new("OpenExecution");

    /// <summary>Opens a slice of a loop, and says how its nodes stand.</summary>
    public static readonly Step<LoopSlice, OpenedExecution> OpenSlice = new("OpenSlice");

    /// <summary>Runs a node, or says what came of it if it has run; and goes on to those that follow it.</summary>
    public static readonly Step<RunNode, SegmentOutcome> RunNode = new("RunNode");

    /// <summary>Does the same for several nodes side by side, each of which takes no time to speak of; one outcome for each.</summary>
    public static readonly Step<RunNodes, IReadOnlyList<SegmentOutcome>> RunNodes = new("RunNodes");

    /// <summary>Ends a node whose body has run for every item, or has failed; and goes on to those that follow it.</summary>
    public static readonly Step<CloseBody, SegmentOutcome> CloseBody = new("CloseBody");

    /// <summary>Records that nodes are skipped. Answers whether the execution still runs.</summary>
    public static readonly Step<SkipNodes, bool> SkipNodes = new("SkipNodes");

    /// <summary>
    /// Leaves an execution in which nothing runs until a wait is over. Answers whether it rests; false if its status has moved on.
    /// </summary>
    public static readonly Step<RestExecution, bool> Rest = new("RestExecution");

    /// <summary>
    /// Leaves an execution that is not to go on, with a checkpoint if it is paused. Answers whether it is left; false if it runs again
    /// already.
    /// </summary>
    public static readonly Step<string, bool> Suspend = new("SuspendExecution");

    /// <summary>Ends an execution: completed, or failed. Answers whether it has ended; false if its status has moved on.</summary>
    public static readonly Step<FinishExecution, bool> Finish = new("FinishExecution");
}

/// <summary>
/// A step could not do its work, for a reason that is not the workflow's: the record is out of reach, for example. The
/// orchestration ends; the execution is opened again from the record.
/// </summary>
internal sealed class StepFailedException(Exception inner) : Exception($"A step failed: {inner.Message}", inner);
