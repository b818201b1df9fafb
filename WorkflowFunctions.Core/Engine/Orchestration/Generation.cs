namespace WorkflowFunctions.Engine.Orchestration;

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
    private readonly Queue<(Loop Loop, ItemRange Items, SliceShare Share)> _slices = new();
    private readonly List<Loop> _sliced = [];
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
        Enter(new Scope(_opened.Topology, _opened.State, items: _opened.Items), _opened.State);
        while (true)
        {
            Launch();
            StopSlices();
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
            // Nodes do not take the room away that a slice waits for.
            if (LaunchSlices())
                LaunchNodes();
        }
        while (_loops.Count > 0);
    }

    /// <summary>Starts slices as long as there is room for the nodes that they may run.</summary>
    /// <returns>Whether all were started.</returns>
    private bool LaunchSlices()
    {
        while (_end is null && _slices.TryPeek(out var next))
        {
            if (next.Loop.IsAlive && _running + next.Share.Nodes > _opened.MaxParallelNodes)
                return false;
            _slices.Dequeue();
            if (next.Loop.IsAlive)
                _ = SliceAsync(next.Loop, next.Items, next.Share);
        }

        return true;
    }

    /// <summary>Asks slices to stop that have nothing more to do: the generation ends, or their loop has failed.</summary>
    private void StopSlices()
    {
        foreach (var loop in _sliced.Where(loop => _end is not null || !loop.IsAlive))
            loop.Slicing!.Stopping.Cancel();
    }

    private void LaunchNodes()
    {
        var together = new List<ScopedNode>();
        while (_end is null && _running + together.Count < _opened.MaxParallelNodes
            && (_waits.TryTakeDue(out var node) || _ready.TryDequeue(out node)))
        {
            if (!node.Scope.IsAlive)
                continue;
            if (_waitingInRecord.Remove(node, out var wait))
                _waits.For(node, wait.Until, wait.Signal);
            else if (_loopsInRecord.Remove(node, out var state))
                _loops.Enqueue(Begin(node, state));
            else if (_context.MaxNodesPerStep > 1 && node.IsShort)
                together.Add(node);
            else
                Run(node);
            if (together.Count == _context.MaxNodesPerStep)
                Run(together);
        }

        if (together.Count > 0)
            Run(together);
    }

    private void Run(ScopedNode node) => Call(node.Scope, Step.RunNode, new RunNode(_context.ExecutionId, node.Path));

    /// <summary>Runs nodes in one step, and leaves the list empty for the next ones.</summary>
    private void Run(List<ScopedNode> nodes)
    {
        if (nodes is [var single])
        {
            Run(single);
        }
        else
        {
            var input = new RunNodes(_context.ExecutionId, [.. nodes.Select(node => node.Path)]);
            _ = StepAsync([.. nodes.Select(node => node.Scope)], () => _context.CallStepAsync(Step.RunNodes, input));
        }

        nodes.Clear();
    }

    private void Handle(Message message)
    {
        switch (message)
        {
            case SegmentsDone(var scopes, var outcomes):
                foreach (var (scope, outcome) in scopes.Zip(outcomes))
                {
                    EndStep(scope);
                    Settle(scope, outcome);
                }

                break;
            case SliceDone(var loop, var share, var outcome):
                EndSlice(loop, share, outcome);
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
            case LoopDeadlineReached(var id, var loop) when _waits.Remove(id):
                loop.Error ??= "The loop took longer than it may (timeout_seconds).";
                _loops.Enqueue(loop);
                break;
            case SignalRaised(var name):
                _waits.EndAll(name);
                break;
            case StatusChanged:
                Halt();
                break;
            case DeadlineReached:
                _end = new GenerationEnd(GenerationEndKind.Failed, Error: "The execution took longer than it may (timeout_seconds).")
                {
                    IsAtOnce = true,
                };
                break;
            case StepBroken(var scopes, var exception, var nodes):
                foreach (var scope in scopes)
                    EndStep(scope, nodes);
                _end = new GenerationEnd(GenerationEndKind.Broken) { Exception = exception };
                break;
            case WaitBroken(var exception):
                _end = new GenerationEnd(GenerationEndKind.Broken) { Exception = exception };
                break;
        }
    }

    private void Settle(Scope scope, SegmentOutcome outcome)
    {
        scope.Frontier.Settle(outcome.Settled);
        if (outcome.Stopped is { } stopped)
            Stop(new ScopedNode(scope, stopped.Node), stopped.Outcome);
        Advance(scope);
    }

    private void Stop(ScopedNode node, NodeOutcome outcome)
    {
        switch (outcome.Kind)
        {
            case NodeOutcomeKind.RunAgain when node.Scope.IsAlive:
                node.Scope.Frontier.Take(node.Node);
                _waits.For(node, outcome.At, outcome.Signal);
                break;
            case NodeOutcomeKind.RunBody when node.Scope.IsAlive:
                node.Scope.Frontier.Take(node.Node);
                _loops.Enqueue(Begin(node, new LoopState(node.Node, outcome.Items, outcome.MaxParallel, [], [], outcome.At)));
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
    }

    private void EndSlice(Loop loop, SliceShare share, NodeOutcome outcome)
    {
        EndStep(loop.Outer, share.Nodes);
        loop.Steps--;
        loop.Open--;
        loop.Slicing!.Return(share);
        if (outcome.Kind == NodeOutcomeKind.Failed)
            loop.Error ??= outcome.Error;
        else if (outcome.Kind == NodeOutcomeKind.Halted && loop.IsAlive)
            Halt();
        _loops.Enqueue(loop);
        Advance(loop.Outer);
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
                loop.Open--;
                _loops.Enqueue(loop);
            }
        }

        foreach (var loop in scope.Loops().Where(loop => loop is { Error: not null, Steps: 0 }))
            _loops.Enqueue(loop);
    }

    /// <summary>Begins a loop: in slices, if it is large and the engine can.</summary>
    private Loop Begin(ScopedNode node, LoopState state)
    {
        // Loops of a body that has failed are not closed.
        _sliced.RemoveAll(loop => !loop.IsAlive && loop.Steps == 0);
        // One node may always run here, so that no loop keeps the nodes beside it from running.
        var free = _opened.MaxParallelNodes - 1 - _sliced.Sum(loop => loop.Slicing!.Nodes);
        var slicing = _context.Slices is { } slices && !(_opened.IsSlice && node.Scope.Loop is null)
            ? Slicing.Of(state, node.Scope.Topology.Nodes[node.Node].Body!, slices, free)
            : null;
        var loop = new Loop(node, state, slicing);
        if (slicing is not null)
            _sliced.Add(loop);
        if (loop.Until is { } until)
            _waits.For(loop, until);
        return loop;
    }

    /// <summary>Begins items of a loop as long as it has room, and ends it when none is left or one has failed.</summary>
    private void Advance(Loop loop)
    {
        if (_end is not null || loop.IsClosing || !loop.Outer.IsAlive)
            return;
        if (loop.Slicing is { } slicing)
            TakeSlices(loop, slicing);
        else
            TakeItems(loop);
        if (loop.Steps > 0 || (loop.Error is null && loop.Open > 0))
            return;
        loop.IsClosing = true;
        _sliced.Remove(loop);
        _waits.Leave(loop);
        if (_opened.IsSlice && loop.Outer.Loop is null)
            _end = new GenerationEnd(loop.Error is null ? GenerationEndKind.Completed : GenerationEndKind.Failed, Error: loop.Error);
        else
            Close(loop);
    }

    private void TakeItems(Loop loop)
    {
        while (loop is { Error: null, HasRoom: true } && loop.TakeItem() is { } item)
        {
            loop.Open++;
            Enter(item.Scope, item.State);
        }
    }

    private void TakeSlices(Loop loop, Slicing slicing)
    {
        while (loop.Error is null && slicing.TryTake(out var items, out var share))
        {
            loop.Open++;
            _slices.Enqueue((loop, items, share));
        }
    }

    private void Close(Loop loop) =>
        Call(loop.Outer, Step.CloseBody, new CloseBody(_context.ExecutionId, loop.Node.Path, loop.Error));

    private void Call<TInput>(Scope scope, Step<TInput, SegmentOutcome> step, TInput input) =>
        _ = StepAsync([scope], async () => [await _context.CallStepAsync(step, input)]);

    private async Task StepAsync(IReadOnlyList<Scope> scopes, Func<Task<IReadOnlyList<SegmentOutcome>>> call)
    {
        if (!MayStep())
            return;
        foreach (var scope in scopes)
            BeginStep(scope);
        try
        {
            _mailbox.Post(new SegmentsDone(scopes, await call()));
        }
        catch (Exception exception)
        {
            _mailbox.Post(new StepBroken(scopes, exception));
        }
    }

    /// <summary>Counts a step; false if the history is long enough, so that the orchestration goes on as new instead.</summary>
    private bool MayStep()
    {
        if (++_steps <= _context.MaxStepsPerGeneration)
            return true;
        _end = new GenerationEnd(GenerationEndKind.Renewed);
        return false;
    }

    private async Task SliceAsync(Loop loop, ItemRange items, SliceShare share)
    {
        if (!MayStep())
            return;
        BeginStep(loop.Outer, share.Nodes);
        loop.Steps++;
        try
        {
            var slice = new LoopSlice(_context.ExecutionId, loop.Node.Path, items.From, items.To, share.Items, share.Nodes);
            _mailbox.Post(new SliceDone(loop, share, await _context.Slices!.RunAsync(slice, loop.Slicing!.Stopping.Token)));
        }
        catch (Exception exception)
        {
            _mailbox.Post(new StepBroken([loop.Outer], exception, share.Nodes));
        }
    }

    private async Task SkipAsync(Scope scope, IReadOnlyList<int> nodes)
    {
        BeginStep(scope);
        try
        {
            var input = new SkipNodes(_context.ExecutionId, [.. nodes.Select(scope.PathOf)]);
            _mailbox.Post(new NodesSkipped(scope, await _context.CallStepAsync(Step.SkipNodes, input)));
        }
        catch (Exception exception)
        {
            _mailbox.Post(new StepBroken([scope], exception));
        }
    }

    private void BeginStep(Scope scope, int nodes = 1)
    {
        _running += nodes;
        scope.Steps++;
        foreach (var loop in scope.Loops())
            loop.Steps++;
    }

    private void EndStep(Scope scope, int nodes = 1)
    {
        _running -= nodes;
        scope.Steps--;
        foreach (var loop in scope.Loops())
            loop.Steps--;
    }
}
