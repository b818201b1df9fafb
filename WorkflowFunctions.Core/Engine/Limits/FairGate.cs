namespace WorkflowFunctions.Engine.Limits;

/// <summary>
/// Lets a number of callers in at once. Those who wait stand in one queue for each party, and the parties take turns, so that
/// one with much to do does not keep the others waiting.
/// </summary>
internal sealed class FairGate(int limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _queues = new(StringComparer.Ordinal);
    private readonly Queue<string> _turns = new();
    private int _inside;

    /// <summary>Waits for a turn; disposing of it ends the turn.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public async Task<IDisposable> EnterAsync(string party, CancellationToken cancellationToken)
    {
        TaskCompletionSource? waiting = null;
        lock (_lock)
        {
            if (_inside < limit)
            {
                _inside++;
            }
            else
            {
                if (!_queues.TryGetValue(party, out var queue))
                {
                    _queues[party] = queue = new Queue<TaskCompletionSource>();
                    _turns.Enqueue(party);
                }

                queue.Enqueue(waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        if (waiting is not null)
        {
            // One that gives up stays in its queue; its turn passes to the next.
            using (cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken)))
                await waiting.Task;
        }

        return new Turn(this);
    }

    private void Leave()
    {
        lock (_lock)
        {
            while (_turns.TryDequeue(out var party))
            {
                var queue = _queues[party];
                var next = queue.Dequeue();
                if (queue.Count > 0)
                    _turns.Enqueue(party);
                else
                    _queues.Remove(party);
                if (next.TrySetResult())
                    return;
            }

            _inside--;
        }
    }

    private sealed class Turn(FairGate gate) : IDisposable
    {
        private FairGate? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave();
    }
}
