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

/// <summary>What a generation hears.</summary>
internal abstract record Message;

/// <summary>A step that has run nodes has an outcome for each of these scopes.</summary>
internal sealed record SegmentsDone(IReadOnlyList<Scope> Scopes, IReadOnlyList<SegmentOutcome> Outcomes) : Message;

/// <summary>A slice of a loop has run.</summary>
internal sealed record SliceDone(Loop Loop, SliceShare Share, NodeOutcome Outcome) : Message;

/// <summary>Nodes of a scope were skipped, unless the execution no longer runs.</summary>
internal sealed record NodesSkipped(Scope Scope, bool IsRecorded) : Message;

/// <summary>The time of a wait has come.</summary>
internal sealed record WaitEnded(int Id) : Message;

/// <summary>A loop has run for as long as it may.</summary>
internal sealed record LoopDeadlineReached(int Id, Loop Loop) : Message;

/// <summary>A signal that nodes wait for has come.</summary>
internal sealed record SignalRaised(string Name) : Message;

/// <summary>The status of the execution has changed.</summary>
internal sealed record StatusChanged : Message;

/// <summary>The execution has run for as long as it may.</summary>
internal sealed record DeadlineReached : Message;

/// <summary>A step for nodes of these scopes could not do its work.</summary>
internal sealed record StepBroken(IReadOnlyList<Scope> Scopes, Exception Exception, int Nodes = 1) : Message;

/// <summary>A wait could not be kept.</summary>
internal sealed record WaitBroken(Exception Exception) : Message;
