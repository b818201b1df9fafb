namespace WorkflowFunctions.Engine.Commit;

/// <summary>
/// What waits to be written, in its order, and when the writer is to look at it. The writes of an execution stay in their order; what one
/// of them holds back goes right before its next.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>How many writes one commit has: with more, what is written first waits for the rest and nothing is gained.</summary>
    private const int MaxWrites = 500;

    /// <summary>
    /// How many characters of inputs and outputs one commit has, unless one write alone has more: they are in memory several times over.
    /// </summary>
    private const long MaxCharacters = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Dictionary<string, QueuedWrite> _held = new(StringComparer.Ordinal);
    private List<QueuedWrite> _waiting = [];
    private bool _isAwake;
    private bool _isClosing;
    private bool _isDisposed;
    private RecordLostException? _lost;

    /// <summary>Adds a write, and what goes right after it, and wakes the writer.</summary>
    public void Add(QueuedWrite write, QueuedWrite? after)
    {
        lock (_lock)
        {
            if (IsRefused(write))
                return;
            Append(write);
            if (after is not null)
                _waiting.Add(after);
            WakeWriter();
        }
    }

    /// <summary>Adds a write that the writer takes when something else wakes it.</summary>
    public void AddLater(QueuedWrite write)
    {
        lock (_lock)
        {
            if (!IsRefused(write))
                Append(write);
        }
    }

    /// <summary>Holds a write back until the next one of its execution, or until it is asked for.</summary>
    public void Hold(QueuedWrite write)
    {
        lock (_lock)
        {
            if (IsRefused(write))
                return;
            Release(write.Write.ExecutionId);
            _held[write.Write.ExecutionId] = write;
        }
    }

    /// <summary>Wakes the writer.</summary>
    public void Wake()
    {
        lock (_lock)
            WakeWriter();
    }

    /// <summary>Wakes the writer, for what an execution holds back too.</summary>
    public void Wake(string executionId)
    {
        lock (_lock)
        {
            Release(executionId);
            WakeWriter();
        }
    }

    /// <summary>Takes nothing more. What is there, held back or not, can still be taken.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosing = true;
            foreach (var executionId in _held.Keys)
                Release(executionId);
            WakeWriter();
        }
    }

    /// <summary>Waits until the writer is woken, and takes as much as one commit has.</summary>
    /// <returns>What to write; null when it is closed and nothing is left.</returns>
    public async Task<List<QueuedWrite>?> TakeAsync()
    {
        await _wake.WaitAsync();
        lock (_lock)
        {
            _isAwake = false;
            if (_isClosing && _waiting.Count == 0)
                return null;
            var batch = _waiting[..CountNext()];
            _waiting = _waiting[batch.Count..];
            if (_waiting.Count > 0 || _isClosing)
                WakeWriter();
            return batch;
        }
    }

    private int CountNext()
    {
        var count = 0;
        for (var characters = 0L; count < Math.Min(_waiting.Count, MaxWrites); count++)
        {
            characters += _waiting[count].Write.Characters;
            if (characters > MaxCharacters && count > 0)
                break;
        }

        return count;
    }

    /// <summary>Refuses whatever comes from now on.</summary>
    /// <returns>What was not taken.</returns>
    public IReadOnlyList<QueuedWrite> Lose(RecordLostException lost)
    {
        lock (_lock)
        {
            _lost = lost;
            IReadOnlyList<QueuedWrite> unwritten = [.. _waiting, .. _held.Values];
            _waiting = [];
            _held.Clear();
            return unwritten;
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        _wake.Dispose();
    }

    private bool IsRefused(QueuedWrite write)
    {
        if (_lost is null && !_isClosing)
            return false;
        // The continuations of those who wait do not run here.
        write.Answer?.SetException(_lost ?? new RecordLostException("The writer is closed."));
        return true;
    }

    private void Append(QueuedWrite write)
    {
        Release(write.Write.ExecutionId);
        _waiting.Add(write);
    }

    private void Release(string executionId)
    {
        if (_held.Remove(executionId, out var held))
            _waiting.Add(held);
    }

    private void WakeWriter()
    {
        // A step that comes to its end after the writer still gives its claim up.
        if (_isAwake || _lost is not null || _isDisposed)
            return;
        _isAwake = true;
        _wake.Release();
    }
}

/// <summary>A write and who waits for it.</summary>
/// <param name="Write">What to write.</param>
/// <param name="Answer">Is told when it is committed; null if nobody waits.</param>
internal sealed record QueuedWrite(RecordWrite Write, TaskCompletionSource<WriteAnswer>? Answer)
{
    /// <summary>A write that somebody waits for.</summary>
    public static QueuedWrite Awaited(RecordWrite write) =>
        new(write, new TaskCompletionSource<WriteAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>What became of a write.</summary>
internal enum WriteAnswer
{
    /// <summary>It was not written: the status of its execution or job has moved on.</summary>
    Refused,

    /// <summary>It is written.</summary>
    Written,

    /// <summary>It is written, and no node may start after it: the execution is paused.</summary>
    WrittenAndPaused,
}
