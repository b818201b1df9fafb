using WorkflowFunctions.Graph;

namespace WorkflowFunctions.Orchestration;

/// <summary>
/// One run of the orchestration over the nodes that are left: starts what the frontier allows, as many at once as the
/// execution may, and settles what comes back, until nothing is left or it is to stop. What runs when it is to stop finishes
/// first; what waits is left to the record.
/// </summary>
internal sealed class Generation(IOrchestrationContext context, OpenedExecution opened)
{
    private readonly Frontier _frontier = new(opened.Topology, opened.Settled);
    private readonly Dictionary<int, DateTimeOffset> _waitingInRecord = opened.Waiting.ToDictionary(wait => wait.Node, wait => wait.Until);
    private readonly Queue<int> _due = new();
    private readonly Mailbox<Message> _mailbox = new();
    private int _running;
    private int _waiting;
    private int _steps;
    private GenerationEnd? _end;

    /// <summary>Runs until every node is settled, a node fails the execution, or it is to stop.</summary>
    /// <exception cref="Exception">A step failed for a reason that is not the workflow's.</exception>
    public async Task<GenerationEnd> RunAsync()
    {
        using var ending = new CancellationTokenSource();
        _ = PostStatusChangeAsync(ending.Token);
        while (true)
        {
            Launch(ending.Token);
            if (_running == 0 && (_end is not null || _waiting == 0))
                break;
            Handle(await _mailbox.TakeAsync(), ending.Token);
        }

        // Gives up the waits, so that none of them keeps the orchestration alive. Here and now: CancelAsync would go on in
        // another thread, which an engine that replays does not wait for.
        ending.Cancel();
        return _end is { Exception: { } exception }
            ? throw new StepFailedException(exception)
            : _end ?? new GenerationEnd(GenerationEndKind.Completed);
    }

    private void Launch(CancellationToken ending)
    {
        if (_frontier.TakeSkipped() is { Count: > 0 } skipped)
            _ = PostSkipAsync(skipped);
        while (_end is null && _running < opened.MaxParallelNodes && (_due.TryDequeue(out var node) || _frontier.TryTakeReady(out node)))
        {
            if (_waitingInRecord.Remove(node, out var until))
                _ = PostDueAsync(node, until, ending);
            else if (++_steps > context.MaxStepsPerGeneration)
                _end = new GenerationEnd(GenerationEndKind.Renewed);
            else
                _ = PostOutcomeAsync(node);
        }
    }

    private void Handle(Message message, CancellationToken ending)
    {
        switch (message)
        {
            case NodeDone(var node, var outcome):
                _running--;
                Settle(node, outcome, ending);
                break;
            case NodesSkipped(var isRecorded):
                _running--;
                if (!isRecorded)
                    _end ??= new GenerationEnd(GenerationEndKind.Halted);
                break;
            case NodeDue(var node):
                _waiting--;
                _due.Enqueue(node);
                break;
            case StatusChanged:
                _end ??= new GenerationEnd(GenerationEndKind.Halted);
                break;
            case StepFailed(var exception):
                _running--;
                _end = new GenerationEnd(GenerationEndKind.Broken, Exception: exception);
                break;
            case WaitFailed(var exception):
                _end = new GenerationEnd(GenerationEndKind.Broken, Exception: exception);
                break;
        }
    }

    private void Settle(int node, NodeOutcome outcome, CancellationToken ending)
    {
        switch (outcome.Kind)
        {
            case NodeOutcomeKind.Settled:
                _frontier.Settle(Settlement.Completed(node, outcome.Branch));
                break;
            case NodeOutcomeKind.RunAgain:
                _ = PostDueAsync(node, outcome.At!.Value, ending);
                break;
            case NodeOutcomeKind.Failed when _end is not { Kind: GenerationEndKind.Failed or GenerationEndKind.Broken }:
                _end = new GenerationEnd(GenerationEndKind.Failed, opened.Topology.Nodes[node].Id, outcome.Error);
                break;
            case NodeOutcomeKind.Halted:
                _end ??= new GenerationEnd(GenerationEndKind.Halted);
                break;
        }
    }

    private async Task PostOutcomeAsync(int node)
    {
        _running++;
        try
        {
            var input = new RunNode(context.ExecutionId, opened.Topology.Nodes[node].Id);
            _mailbox.Post(new NodeDone(node, await context.CallStepAsync(Steps.RunNode, input)));
        }
        catch (Exception exception)
        {
            _mailbox.Post(new StepFailed(exception));
        }
    }

    private async Task PostSkipAsync(IReadOnlyList<int> nodes)
    {
        _running++;
        try
        {
            var input = new SkipNodes(context.ExecutionId, [.. nodes.Select(node => opened.Topology.Nodes[node].Id)]);
            _mailbox.Post(new NodesSkipped(await context.CallStepAsync(Steps.SkipNodes, input)));
        }
        catch (Exception exception)
        {
            _mailbox.Post(new StepFailed(exception));
        }
    }

    private async Task PostDueAsync(int node, DateTimeOffset until, CancellationToken ending)
    {
        _waiting++;
        try
        {
            await context.WaitUntilAsync(until, ending);
            _mailbox.Post(new NodeDue(node));
        }
        catch (Exception exception) when (!ending.IsCancellationRequested)
        {
            _mailbox.Post(new WaitFailed(exception));
        }
        catch (OperationCanceledException)
        {
            // The generation has ended; the record knows of the wait.
        }
    }

    private async Task PostStatusChangeAsync(CancellationToken ending)
    {
        try
        {
            await context.WaitForSignalAsync(Signals.StatusChanged, ending);
            _mailbox.Post(new StatusChanged());
        }
        catch (Exception exception) when (!ending.IsCancellationRequested)
        {
            _mailbox.Post(new WaitFailed(exception));
        }
        catch (OperationCanceledException)
        {
            // The generation has ended without one.
        }
    }

    private abstract record Message;

    private sealed record NodeDone(int Node, NodeOutcome Outcome) : Message;

    private sealed record NodesSkipped(bool IsRecorded) : Message;

    private sealed record NodeDue(int Node) : Message;

    private sealed record StatusChanged : Message;

    private sealed record StepFailed(Exception Exception) : Message;

    private sealed record WaitFailed(Exception Exception) : Message;
}

/// <summary>Why a generation ended.</summary>
/// <param name="Kind">Why.</param>
/// <param name="NodeId">The node that failed.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Exception">What broke a step.</param>
internal sealed record GenerationEnd(GenerationEndKind Kind, string? NodeId = null, string? Error = null, Exception? Exception = null);

/// <summary>The kinds of <see cref="GenerationEnd"/>.</summary>
internal enum GenerationEndKind
{
    /// <summary>Every node is settled.</summary>
    Completed,

    /// <summary>A node failed the execution.</summary>
    Failed,

    /// <summary>The execution was paused or cancelled.</summary>
    Halted,

    /// <summary>The history is long enough: go on as new.</summary>
    Renewed,

    /// <summary>A step could not do its work.</summary>
    Broken,
}
