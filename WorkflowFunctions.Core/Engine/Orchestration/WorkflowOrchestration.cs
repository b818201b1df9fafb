namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>
/// The orchestration of one execution: the only place that decides what runs next. It begins from the record every time,
/// whether the execution is new, resumed, recovered or taken over by another engine (design, rule 4).
/// </summary>
internal static class WorkflowOrchestration
{
    /// <summary>The name of the orchestration.</summary>
    public const string Name = "RunWorkflow";

    /// <summary>Runs an execution until it ends, is paused, or goes on as new.</summary>
    public static async Task RunAsync(IOrchestrationContext context)
    {
        var opened = await context.CallStepAsync(Step.Open, context.ExecutionId);
        // One that does not run may have been paused before it was opened: it is suspended like one that was paused later.
        var end = opened.Runs ? await Generation.RunAsync(context, opened) : new GenerationEnd(GenerationEndKind.Halted);
        var hasLeft = end.Kind switch
        {
            GenerationEndKind.Completed => await context.CallStepAsync(Step.Finish, new FinishExecution(context.ExecutionId)),
            GenerationEndKind.Failed => await context.CallStepAsync(
                Step.Finish, new FinishExecution(context.ExecutionId, end.NodeId, end.Error)),
            GenerationEndKind.Resting => await context.CallStepAsync(Step.Rest, new RestExecution(context.ExecutionId, end.Until)),
            _ => false,
        };

        // One that could not be ended was paused or cancelled meanwhile; one that was paused may have been resumed already.
        var goesOn = end.Kind == GenerationEndKind.Renewed
            || (!hasLeft && !await context.CallStepAsync(Step.Suspend, context.ExecutionId));
        if (goesOn)
            context.ContinueAsNew();
    }
}

/// <summary>Why a generation ended.</summary>
/// <param name="Kind">Why.</param>
/// <param name="NodeId">The node that failed.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record GenerationEnd(GenerationEndKind Kind, string? NodeId = null, string? Error = null)
{
    /// <summary>Whether it ends without waiting for what runs.</summary>
    public bool IsAtOnce { get; init; }

    /// <summary>Until when it rests; null if only a signal is waited for.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What broke a step.</summary>
    public Exception? Exception { get; init; }
}

/// <summary>The kinds of <see cref="GenerationEnd"/>.</summary>
internal enum GenerationEndKind
{
    /// <summary>Every node is settled.</summary>
    Completed,

    /// <summary>A node failed the execution, or its time is over.</summary>
    Failed,

    /// <summary>The execution was paused or cancelled.</summary>
    Halted,

    /// <summary>Nothing runs until a wait is over that is too long to be kept.</summary>
    Resting,

    /// <summary>The history is long enough: go on as new.</summary>
    Renewed,

    /// <summary>A step could not do its work.</summary>
    Broken,
}
