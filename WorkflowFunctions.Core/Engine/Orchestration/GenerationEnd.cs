namespace WorkflowFunctions.Engine.Orchestration;

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
