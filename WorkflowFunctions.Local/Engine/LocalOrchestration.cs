using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Steps;

namespace WorkflowFunctions.Local.Engine;

/// <summary>The Local engine's side of the port, for one execution: runs steps in this process and keeps no history.</summary>
internal sealed class LocalOrchestration(
    string executionId, WorkflowSteps steps, RunningSteps running, TimeProvider time, CancellationToken stopping) : IOrchestrationContext
{
    /// <summary>The longest that a timer of the platform is asked to wait.</summary>
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<string?>> _raised = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource<string?>> _awaited = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string ExecutionId { get; } = executionId;

    /// <inheritdoc/>
    public int MaxStepsPerGeneration => int.MaxValue;

    /// <inheritdoc/>
    public int MaxNodesPerStep => 1;

    /// <inheritdoc/>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc/>
    public TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    /// <remarks>All nodes run in this process, and no orchestration has a history.</remarks>
    public ISlices? Slices => null;

    /// <summary>Whether to run once more, from the record: the orchestration has asked for it, or someone has meanwhile.</summary>
    public bool RunsAgain { get; set; }

    /// <inheritdoc/>
    public async Task<TOutput> CallStepAsync<TInput, TOutput>(Step<TInput, TOutput> step, TInput input)
    {
        running.Enter(isNew: ReferenceEquals(step, Step.Open) || ReferenceEquals(step, Step.RunNode));
        try
        {
            return await Task.Run(() => steps.RunAsync(step, input, stopping), stopping);
        }
        finally
        {
            running.Leave();
        }
    }

    /// <inheritdoc/>
    public async Task WaitUntilAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        while (until - time.GetUtcNow() is { Ticks: > 0 } left)
            await Task.Delay(left < s_longestDelay ? left : s_longestDelay, time, either.Token);
    }

    /// <inheritdoc/>
    public async Task<string?> WaitForSignalAsync(string name, CancellationToken cancellationToken)
    {
        TaskCompletionSource<string?> awaited;
        lock (_lock)
        {
            if (_raised.TryGetValue(name, out var payloads) && payloads.TryDequeue(out var payload))
                return payload;
            awaited = _awaited[name] = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using (cancellationToken.Register(() => GiveUp(name, awaited, cancellationToken)))
        using (stopping.Register(() => GiveUp(name, awaited, stopping)))
            return await awaited.Task;
    }

    /// <inheritdoc/>
    public void ContinueAsNew() => RunsAgain = true;

    /// <summary>Makes ready for another run. What was raised before is in the record, where the run begins.</summary>
    public void Begin()
    {
        RunsAgain = false;
        lock (_lock)
            _raised.Clear();
    }

    /// <summary>Whether a signal was raised that nobody has taken.</summary>
    public bool HasUntaken
    {
        get
        {
            lock (_lock)
                return _raised.Values.Any(payloads => payloads.Count > 0);
        }
    }

    /// <summary>Raises a signal; it is kept until it is awaited.</summary>
    public void Raise(string name, string? payload)
    {
        lock (_lock)
        {
            if (_awaited.Remove(name, out var awaited) && awaited.TrySetResult(payload))
                return;
            if (!_raised.TryGetValue(name, out var payloads))
                _raised[name] = payloads = new Queue<string?>();
            payloads.Enqueue(payload);
        }
    }

    private void GiveUp(string name, TaskCompletionSource<string?> awaited, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_awaited.GetValueOrDefault(name) == awaited)
                _awaited.Remove(name);
        }

        awaited.TrySetCanceled(cancellationToken);
    }
}
