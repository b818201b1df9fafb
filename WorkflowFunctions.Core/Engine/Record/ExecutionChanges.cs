namespace WorkflowFunctions.Engine.Record;

/// <summary>
/// Tells readers in this process that an execution changed, or that a queue has tasks for workers, so that they need not ask the database
/// over and over. A hint, not a promise: a change made by another process is not heard here.
/// </summary>
internal sealed class ExecutionChanges
{
    private readonly Waiters _any = new();
    private readonly Waiters _stops = new();
    private readonly Waiters _tasks = new();

    /// <summary>The executions that someone waits for at the moment.</summary>
    public int Watched => _any.Count + _stops.Count;

    /// <summary>Says that an execution changed.</summary>
    public void Publish(string executionId) => _any.Wake(executionId);

    /// <summary>Says that an execution has come to a stop (it ended, or was paused), or was moved on from one.</summary>
    public void PublishStop(string executionId)
    {
        _any.Wake(executionId);
        _stops.Wake(executionId);
    }

    /// <summary>Says that tasks of a queue wait for workers.</summary>
    public void PublishTasks(string queue) => _tasks.Wake(queue);

    /// <summary>
    /// Completes when an execution changes after this call, when the wait has lasted long enough, or when it is given up. Call it before
    /// reading, and wait after, and no change is missed.
    /// </summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Gives the wait up; it then completes too, and does not throw.</param>
    public Task NextAsync(string executionId, TimeSpan limit, CancellationToken cancellationToken) => _any.WaitAsync(
        executionId,
        limit,
        cancellationToken);

    /// <summary>The same for stops alone: for those who need not see how it gets there.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Gives the wait up; it then completes too, and does not throw.</param>
    public Task NextStopAsync(string executionId, TimeSpan limit, CancellationToken cancellationToken) => _stops.WaitAsync(
        executionId,
        limit,
        cancellationToken);

    /// <summary>The same for tasks that begin to wait for workers.</summary>
    /// <param name="queues">The queues.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Gives the wait up; it then completes too, and does not throw.</param>
    public async Task NextTaskAsync(IReadOnlyList<string> queues, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var first = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(queues.Select(queue => _tasks.WaitAsync(queue, limit, first.Token)));
        await first.CancelAsync();
    }

    /// <summary>Those who wait, by the execution or the queue that they wait for.</summary>
    private sealed class Waiters
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);

        public int Count
        {
            get
            {
                lock (_lock)
                    return _waiting.Count;
            }
        }

        public void Wake(string key)
        {
            Waiting? waiting;
            lock (_lock)
                _waiting.Remove(key, out waiting);
            waiting?.Change.TrySetResult();
        }

        public async Task WaitAsync(string key, TimeSpan limit, CancellationToken cancellationToken)
        {
            var waiting = Enter(key);
            await waiting.Change.Task.WaitAsync(limit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Leave(key, waiting);
        }

        private Waiting Enter(string key)
        {
            lock (_lock)
            {
                if (!_waiting.TryGetValue(key, out var waiting))
                    _waiting[key] = waiting = new Waiting();
                waiting.Readers++;
                return waiting;
            }
        }

        /// <summary>The last one who waits leaves nothing behind: what another process changes would gather here otherwise.</summary>
        private void Leave(string key, Waiting waiting)
        {
            lock (_lock)
            {
                if (--waiting.Readers == 0 && _waiting.GetValueOrDefault(key) == waiting)
                    _waiting.Remove(key);
            }
        }
    }

    private sealed class Waiting
    {
        public TaskCompletionSource Change { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Readers { get; set; }
    }
}
