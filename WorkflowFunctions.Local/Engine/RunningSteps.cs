namespace WorkflowFunctions.Local.Engine;

/// <summary>The steps that run at the moment, so that a process that stops can let them finish and begin no others.</summary>
internal sealed class RunningSteps
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _drained;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Whether nothing new begins.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
                return _drained is not null;
        }
    }

    /// <summary>A step begins.</summary>
    /// <param name="isNew">Whether it begins something, rather than recording what has been done.</param>
    /// <exception cref="OperationCanceledException">It begins something, and nothing is to begin any more.</exception>
    public void Enter(bool isNew)
    {
        lock (_lock)
        {
            if (isNew && _drained is not null)
                throw new OperationCanceledException("The process is stopping.");
            _count++;
        }
    }

    /// <summary>A step has ended.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_count == 0)
                _drained?.TrySetResult();
        }
    }

    /// <summary>Lets nothing new begin. Completes when nothing runs.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count == 0)
                _drained.TrySetResult();
            return _drained.Task;
        }
    }
}
