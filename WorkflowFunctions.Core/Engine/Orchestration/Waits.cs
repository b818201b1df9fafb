namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>The waits of one generation: for times, for signals, and for the system's own.</summary>
internal sealed class Waits(IOrchestrationContext context, Mailbox<Message> mailbox, CancellationToken ending)
{
    private readonly Dictionary<int, Wait> _waits = [];
    private readonly Dictionary<string, List<int>> _bySignal = new(StringComparer.Ordinal);
    private readonly Queue<ScopedNode> _due = new();
    private int _lastId;

    /// <summary>The nodes that wait.</summary>
    public int Count => _waits.Count;

    /// <summary>Lets a node wait for a time, a signal, or whichever comes first.</summary>
    public void For(ScopedNode node, DateTimeOffset? until, string? signal)
    {
        var id = ++_lastId;
        _waits[id] = new Wait(node, until);
        if (until is { } time)
            _ = PostAsync(context.WaitUntilAsync(time, ending), new WaitEnded(id));
        if (signal is null)
            return;
        if (_bySignal.TryGetValue(signal, out var waiting))
        {
            waiting.Add(id);
            return;
        }

        _bySignal[signal] = [id];
        _ = PostAsync(context.WaitForSignalAsync(EngineSignals.NodePrefix + signal, ending), new SignalRaised(signal));
    }

    /// <summary>Lets a loop run until a time.</summary>
    public void For(Loop loop, DateTimeOffset until)
    {
        var id = ++_lastId;
        _waits[id] = new Wait(loop.Node, until);
        _ = PostAsync(context.WaitUntilAsync(until, ending), new LoopDeadlineReached(id, loop));
    }

    /// <summary>Waits for word that the status of the execution has changed.</summary>
    public void ForStatusChange() =>
        _ = PostAsync(context.WaitForSignalAsync(EngineSignals.StatusChanged, ending), new StatusChanged());

    /// <summary>Waits for the time at which the execution has to have ended.</summary>
    public void ForDeadline(DateTimeOffset deadline) =>
        _ = PostAsync(context.WaitUntilAsync(deadline, ending), new DeadlineReached());

    /// <summary>A wait is over; one that a signal has ended before stays so.</summary>
    public void End(int id)
    {
        if (_waits.Remove(id, out var wait))
            _due.Enqueue(wait.Node);
    }

    /// <summary>Forgets a wait.</summary>
    /// <returns>Whether it was one still.</returns>
    public bool Remove(int id) => _waits.Remove(id);

    /// <summary>A signal has come. Each node that waits for it looks whether it is its own.</summary>
    public void EndAll(string signal)
    {
        if (!_bySignal.Remove(signal, out var waiting))
            return;
        foreach (var id in waiting)
            End(id);
    }

    /// <summary>Takes a node whose wait is over.</summary>
    public bool TryTakeDue(out ScopedNode node) => _due.TryDequeue(out node);

    /// <summary>Forgets the waits of a loop, and of its body.</summary>
    public void Leave(Loop loop)
    {
        if (loop is { Error: null, Until: null })
            return;
        foreach (var (id, wait) in _waits.ToList())
        {
            if (wait.Node == loop.Node || wait.Node.Scope.Loops().Contains(loop))
                _waits.Remove(id);
        }
    }

    /// <summary>Whether all waits are longer than the engine keeps an orchestration for.</summary>
    /// <param name="deadline">When the execution has to have ended.</param>
    /// <param name="until">The end of the shortest wait; null if there are only signals to wait for.</param>
    public bool IsLong(DateTimeOffset? deadline, out DateTimeOffset? until)
    {
        until = _waits.Values.Select(wait => wait.Until).Append(deadline).Min();
        return _due.Count == 0 && context.LongestWait < TimeSpan.MaxValue && !(until - context.Now <= context.LongestWait);
    }

    private async Task PostAsync(Task wait, Message message)
    {
        try
        {
            await wait;
            mailbox.Post(message);
        }
        catch (Exception exception) when (!ending.IsCancellationRequested)
        {
            mailbox.Post(new WaitBroken(exception));
        }
        catch (OperationCanceledException)
        {
            // The generation has ended; the record knows of the wait.
        }
    }

    private readonly record struct Wait(ScopedNode Node, DateTimeOffset? Until);
}
