using WorkflowFunctions.Graph;

namespace WorkflowFunctions.Orchestration;

/// <summary>
/// One run of the orchestration over the nodes that are left: starts what the frontiers allow, as many at once as the
/// execution may, and settles what comes back, until nothing is left or it is to stop. What runs when it is to stop finishes
/// first; what waits is left to the record.
/// </summary>
internal sealed class Generation
{
    private readonly IOrchestrationContext _context;
    private readonly OpenedExecution _opened;
    private readonly Mailbox<Message> _mailbox = new();
    private readonly Waits _waits;
    private readonly Queue<ScopedNode> _ready = new();
    private readonly Queue<Loop> _loops = new();
    private readonly Dictionary<ScopedNode, WaitingNode> _waitingInRecord = [];
    private readonly Dictionary<ScopedNode, LoopState> _loopsInRecord = [];
    private int _running;
    private int _steps;
    private GenerationEnd? _end;

    private Generation(IOrchestrationContext context, OpenedExecution opened, CancellationToken ending)
    {
        (_context, _opened) = (context, opened);
        _waits = new Waits(context, _mailbox, ending);
    }

    /// <summary>Runs until every node is settled, a node fails the execution, or it is to stop or to rest.</summary>
    /// <exception cref="StepFailedException">A step failed for a reason that is not the workflow's.</exception>
    public static async Task<GenerationEnd> RunAsync(IOrchestrationContext context, OpenedExecution opened)
    {
        using var ending = new CancellationTokenSource();
        var end = await new Generation(context, opened, ending.Token).RunAsync();
        // Gives up the waits, so that none of them keeps the orchestration alive. Here and now: CancelAsync would go on in
        // another thread, which an engine that replays does not wait for.
        ending.Cancel();
        return end.Exception is { } exception ? throw new StepFailedException(exception) : end;
    }

    private async Task<GenerationEnd> RunAsync()
    {
        _waits.ForStatusChange();
        if (_opened.Deadline is { } deadline)
            _waits.ForDeadline(deadline);
        Enter(new Scope(_opened.Topology, _opened.State), _opened.State);
        while (true)
        {
            Launch();
            if (_end is { IsAtOnce: true } || (_running == 0 && (_end is not null || _waits.Count == 0)))
                break;
            if (_running == 0 && _mailbox.IsEmpty && _waits.IsLong(_opened.Deadline, out var until))
            {
                _end = new GenerationEnd(GenerationEndKind.Resting) { Until = until };
                break;
            }

            Handle(await _mailbox.TakeAsync());
        }

        return _end ?? new GenerationEnd(GenerationEndKind.Completed);
    }

    private void Launch()
    {
        do
        {
            while (_loops.TryDequeue(out var loop))
                Advance(loop);
            LaunchNodes();
        }
        while (_loops.Count > 0);
    }

    private void LaunchNodes()
    {
        while (_end is null && _running < _opened.MaxParallelNodes && (_waits.TryTakeDue(out var node) || _ready.TryDequeue(out node)))
        {
            if (!node.Scope.IsAlive)
                continue;
            if (_waitingInRecord.Remove(node, out var wait))
                _waits.For(node, wait.Until, wait.Signal);
            else if (_loopsInRecord.Remove(node, out var state))
                Advance(new Loop(node, state));
            else
                _ = StepAsync(node, Steps.RunNode, new RunNode(_context.ExecutionId, node.Path));
        }
    }

    private void Handle(Message message)
    {
        switch (message)
        {
            case NodeDone(var node, var outcome):
                EndStep(node.Scope);
                Settle(node, outcome);
                break;
            case NodesSkipped(var scope, var isRecorded):
                EndStep(scope);
                if (!isRecorded)
                    Halt();
                Advance(scope);
                break;
            case WaitEnded(var id):
                _waits.End(id);
                break;
            case SignalRaised(var name):
                _waits.EndAll(name);
                break;
            case StatusChanged:
                Halt();
                break;
            case DeadlineReached:
                _end = new GenerationEnd(GenerationEndKind.Failed, Error: "The execution took longer than it may (timeout_seconds).") { IsAtOnce = true };
                break;
            case StepBroken(var scope, var exception):
                EndStep(scope);
                _end = new GenerationEnd(GenerationEndKind.Broken) { Exception = exception };
                break;
            case WaitBroken(var exception):
                _end = new GenerationEnd(GenerationEndKind.Broken) { Exception = exception };
                break;
        }
    }

    private void Settle(ScopedNode node, NodeOutcome outcome)
    {
        switch (outcome.Kind)
        {
            case NodeOutcomeKind.Settled:
                node.Scope.Frontier.Settle(Settlement.Completed(node.Node, outcome.Branch));
                foreach (var settlement in outcome.Fused ?? [])
                    node.Scope.Frontier.Settle(settlement);
                break;
            case NodeOutcomeKind.RunAgain when node.Scope.IsAlive:
                _waits.For(node, outcome.At, outcome.Signal);
                break;
            case NodeOutcomeKind.RunBody when node.Scope.IsAlive:
                _loops.Enqueue(new Loop(node, new LoopState(node.Node, outcome.Items, outcome.MaxParallel, [], [])));
                break;
            case NodeOutcomeKind.Failed when node.Scope.Loop is { } loop:
                // The nodes of a body fail the body; what the node that has it does about that is its own affair.
                loop.Error ??= outcome.Error;
                break;
            case NodeOutcomeKind.Failed when _end is not { Kind: GenerationEndKind.Failed or GenerationEndKind.Broken }:
                _end = new GenerationEnd(GenerationEndKind.Failed, node.Path, outcome.Error);
                break;
            case NodeOutcomeKind.Halted:
                Halt();
                break;
        }

        Advance(node.Scope);
    }

    private void Halt() => _end ??= new GenerationEnd(GenerationEndKind.Halted);

    private void Enter(Scope scope, ScopeState state)
    {
        foreach (var wait in state.Waiting)
            _waitingInRecord[new ScopedNode(scope, wait.Node)] = wait;
        foreach (var loop in state.Loops)
            _loopsInRecord[new ScopedNode(scope, loop.Node)] = loop;
        Advance(scope);
    }

    /// <summary>Looks at what has changed in a scope: nodes to skip, nodes that are ready, and whether it is done.</summary>
    private void Advance(Scope scope)
    {
        if (scope.IsAlive)
        {
            if (scope.Frontier.TakeSkipped() is { Count: > 0 } skipped)
                _ = SkipAsync(scope, skipped);
            while (scope.Frontier.TryTakeReady(out var node))
                _ready.Enqueue(new ScopedNode(scope, node));
            if (scope is { Loop: { } loop, IsDone: true })
            {
                loop.OpenItems--;
                _loops.Enqueue(loop);
            }
        }

        foreach (var loop in scope.Loops().Where(loop => loop is { Error: not null, Steps: 0 }))
            _loops.Enqueue(loop);
    }

    /// <summary>Begins items of a loop as long as it has room, and ends it when none is left or one has failed.</summary>
    private void Advance(Loop loop)
    {
        if (_end is not null || loop.IsClosing || !loop.Outer.IsAlive)
            return;
        while (loop is { Error: null, HasRoom: true } && loop.TakeItem() is { } item)
        {
            loop.OpenItems++;
            Enter(item.Scope, item.State);
        }

        if (loop.Steps > 0 || (loop.Error is null && loop.OpenItems > 0))
            return;
        loop.IsClosing = true;
        _waits.Leave(loop);
        _ = StepAsync(loop.Node, Steps.CloseBody, new CloseBody(_context.ExecutionId, loop.Node.Path, loop.Error));
    }

    private async Task StepAsync<TInput>(ScopedNode node, Step<TInput, NodeOutcome> step, TInput input)
    {
        if (++_steps > _context.MaxStepsPerGeneration)
        {
            _end = new GenerationEnd(GenerationEndKind.Renewed);
            return;
        }

        BeginStep(node.Scope);
        try
        {
            _mailbox.Post(new NodeDone(node, await _context.CallStepAsync(step, input)));
        }
        catch (Exception exception)
        {
            _mailbox.Post(new StepBroken(node.Scope, exception));
        }
    }

    private async Task SkipAsync(Scope scope, IReadOnlyList<int> nodes)
    {
        BeginStep(scope);
        try
        {
            var input = new SkipNodes(_context.ExecutionId, [.. nodes.Select(scope.PathOf)]);
            _mailbox.Post(new NodesSkipped(scope, await _context.CallStepAsync(Steps.SkipNodes, input)));
        }
        catch (Exception exception)
        {
            _mailbox.Post(new StepBroken(scope, exception));
        }
    }

    private void BeginStep(Scope scope)
    {
        _running++;
        scope.Steps++;
        foreach (var loop in scope.Loops())
            loop.Steps++;
    }

    private void EndStep(Scope scope)
    {
        _running--;
        scope.Steps--;
        foreach (var loop in scope.Loops())
            loop.Steps--;
    }
}
