using System.Collections.Concurrent;

namespace WorkflowFunctions.Record;

/// <summary>
/// Tells readers in this process that an execution changed, so that they need not ask the database over and over. A hint, not
/// a promise: a change made by another process is not heard here.
/// </summary>
public sealed class ExecutionChanges
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _any = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _stops = new(StringComparer.Ordinal);

    /// <summary>Says that an execution changed.</summary>
    public void Publish(string executionId) => Wake(_any, executionId);

    /// <summary>Says that an execution has come to a stop (it ended, or was paused), or was moved on from one.</summary>
    public void PublishStop(string executionId)
    {
        Wake(_any, executionId);
        Wake(_stops, executionId);
    }

    /// <summary>
    /// Completes when an execution changes after this call. Call it before reading, and wait after, and no change is missed.
    /// </summary>
    public Task Next(string executionId) => Wait(_any, executionId);

    /// <summary>The same for stops alone: for those who need not see how it gets there.</summary>
    public Task NextStop(string executionId) => Wait(_stops, executionId);

    private static void Wake(ConcurrentDictionary<string, TaskCompletionSource> waiting, string executionId)
    {
        if (waiting.TryRemove(executionId, out var readers))
            readers.TrySetResult();
    }

    private static Task Wait(ConcurrentDictionary<string, TaskCompletionSource> waiting, string executionId) =>
        waiting.GetOrAdd(executionId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
