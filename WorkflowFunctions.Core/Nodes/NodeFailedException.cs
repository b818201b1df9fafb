namespace WorkflowFunctions.Nodes;

/// <summary>An attempt failed. The message is recorded as the job's <c>error_message</c>.</summary>
/// <param name="message">What failed, where, and what to do about it.</param>
/// <param name="isTransient">Whether another attempt may succeed; if not, the node fails at once.</param>
/// <param name="retryAfter">The earliest that another attempt makes sense, if the other side has said so.</param>
/// <param name="inner">The cause.</param>
public sealed class NodeFailedException(string message, bool isTransient = true, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Whether another attempt may succeed.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>The earliest that another attempt makes sense.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Where it failed, of a node whose work is done elsewhere; goes into <c>celery_tasks.traceback</c>.</summary>
    internal string? Traceback { get; init; }

    /// <summary>What the attempt used before it failed.</summary>
    public Usage Usage { get; init; } = Usage.None;
}

/// <summary>The attempt has not begun what it is for, and may later: it is run again then, and counts as none.</summary>
/// <param name="message">What it waits for.</param>
/// <param name="delay">For how long.</param>
internal sealed class NodeDeferredException(string message, TimeSpan delay) : Exception(message)
{
    /// <summary>How long it is to be put off.</summary>
    public TimeSpan Delay { get; } = delay;
}
