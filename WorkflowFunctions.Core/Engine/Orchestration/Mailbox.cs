namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>
/// Messages for one reader. Waking the reader for each message, rather than waiting for any of all tasks, keeps the cost of a
/// message the same however many nodes run.
/// </summary>
internal sealed class Mailbox<T>
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _messages = new();
    private TaskCompletionSource<T>? _reader;

    /// <summary>Whether no message waits to be taken.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _messages.Count == 0;
        }
    }

    /// <summary>Leaves a message.</summary>
    public void Post(T message)
    {
        TaskCompletionSource<T>? reader;
        lock (_lock)
        {
            reader = _reader;
            _reader = null;
            if (reader is null)
                _messages.Enqueue(message);
        }

        // The reader goes on right here: an engine that replays must see it go on within the event that woke it.
        reader?.SetResult(message);
    }

    /// <summary>Takes the oldest message, or waits for one.</summary>
    public Task<T> TakeAsync()
    {
        lock (_lock)
        {
            if (_messages.TryDequeue(out var message))
                return Task.FromResult(message);
            _reader = new TaskCompletionSource<T>();
            return _reader.Task;
        }
    }
}
