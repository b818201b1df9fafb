namespace WorkflowFunctions.Engine.Commit;

/// <summary>A write and who waits for it.</summary>
/// <param name="Write">What to write.</param>
/// <param name="Answer">Is told when it is committed; null if nobody waits.</param>
internal sealed record QueuedWrite(RecordWrite Write, TaskCompletionSource<bool>? Answer)
{
    /// <summary>A write that somebody waits for.</summary>
    public static QueuedWrite Awaited(RecordWrite write) =>
        new(write, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
}
