using System.Collections.Concurrent;

namespace WorkflowFunctions.Record;

/// <summary>
/// Tells readers in this process that an execution changed, so that they need not ask the database over and over. A hint, not
/// a promise: a change made by another process is not heard here.
/// </summary>
public sealed class ExecutionChanges
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Says that an execution changed.</summary>
    public void Publish(string executionId)
    {
        if (_waiting.TryRemove(executionId, out var waiting))
            waiting.TrySetResult();
    }

    /// <summary>
    /// Completes when an execution changes after this call. Call it before reading, and wait after, and no change is missed.
    /// </summary>
    public Task Next(string executionId) =>
        _waiting.GetOrAdd(executionId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
