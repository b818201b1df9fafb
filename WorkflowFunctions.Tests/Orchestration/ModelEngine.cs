using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Tests.Orchestration;

/// <summary>
/// Runs the orchestration over a <see cref="ModelRecord"/>. Random numbers say what happens next: a step does its work, the
/// orchestration hears of it, a wait ends, a person pauses or resumes. Every generation is replayed from its history.
/// </summary>
internal sealed class ModelEngine(ModelRecord record, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<int, object?> _done = [];
    private bool _isSignalled;
    private bool _isBroken;
    private int _pauses;
    private int _steps;

    public required int MaxSteps { get; init; }

    public required int MaxParallel { get; init; }

    /// <summary>How often at the most a person pauses the execution.</summary>
    public int MaxPauses { get; init; }

    /// <summary>The step, counted from 0, that fails for a reason that is not the workflow's.</summary>
    public int? BrokenStep { get; init; }

    public int Generations { get; private set; }

    /// <summary>Runs the execution to its end; it is resumed whenever it rests, and run again after a step has broken.</summary>
    public void Run()
    {
        while (!ExecutionStatus.IsEnded(record.Status))
        {
            if (record.Status == ExecutionStatus.Paused)
                record.Resume();
            while (RunGeneration())
                Assert.InRange(Generations, 1, 5_000);
            if (record.Status == ExecutionStatus.Paused && !_isBroken)
                Assert.True(record.HasPauseCheckpoint, "The execution rests, paused, without a checkpoint.");
        }
    }

    private bool RunGeneration()
    {
        Generations++;
        _done.Clear();
        var context = new SteppedContext(MaxSteps);
        var history = new List<Answer>();
        var run = WorkflowOrchestration.RunAsync(context);
        while (!run.IsCompleted)
        {
            AssertWithinBounds(context);
            PauseOrResume();
            var operation = Choose(context);
            if (operation.Kind == OperationKind.Step && !_done.ContainsKey(operation.Id))
            {
                _done[operation.Id] = _steps++ == BrokenStep ? new IOException("broken") : record.Run(operation.Name, operation.Input);
                continue;
            }

            history.Add(new Answer(operation.Id, Hear(operation), context.Trace.Count));
            context.Answer(operation.Id, history[^1].Value);
        }

        AssertReplays(context.Trace, history);
        Assert.Empty(context.Pending);
        AssertNothingStartsAfterTheEnd(context.Trace);
        _isBroken = history.Exists(answer => answer.Value is IOException);
        if (_isBroken)
        {
            Assert.True(run.IsFaulted);
            Assert.Contains("broken", run.Exception!.InnerException!.Message, StringComparison.Ordinal);
            return false;
        }

        run.GetAwaiter().GetResult();
        return context.GoesOnAsNew;
    }

    private void PauseOrResume()
    {
        if (_pauses >= MaxPauses || _random.Next(10) != 0)
            return;
        if (record.Status == ExecutionStatus.Running)
        {
            _pauses++;
            record.Pause();
            _isSignalled = true;
        }
        else if (record.Status == ExecutionStatus.Paused)
        {
            record.Resume();
            _isSignalled = true;
        }
    }

    private Operation Choose(SteppedContext context)
    {
        var next = context.Pending.Where(operation => operation.Kind == OperationKind.Wait).MinBy(operation => operation.Input);
        var possible = context
            .Pending.Where(operation =>
                operation.Kind == OperationKind.Step || operation == next || (operation.Kind == OperationKind.Signal && _isSignalled))
            .ToList();
        Assert.True(possible.Count > 0, "The orchestration waits for nothing:\n" + string.Join('\n', context.Trace));
        return possible[_random.Next(possible.Count)];
    }

    private object? Hear(Operation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Wait:
                record.Now = (DateTimeOffset)operation.Input! is var time && time > record.Now ? time : record.Now;
                return true;
            case OperationKind.Signal:
                _isSignalled = false;
                return null;
            default:
                return _done[operation.Id];
        }
    }

    private void AssertWithinBounds(SteppedContext context)
    {
        var steps = context.Pending.Where(operation => operation.Kind == OperationKind.Step).ToList();
        var nodes = steps.SelectMany(operation => operation.Input switch
        {
            RunNode one => [one.NodeId],
            RunNodes several => several.NodeIds,
            _ => (IReadOnlyList<string>)[],
        }).ToList();
        Assert.InRange(nodes.Count, 0, MaxParallel);
        Assert.Equal(nodes.Count, nodes.Distinct().Count());
        if (steps.Exists(operation => operation.Name == Step.Suspend.Name || operation.Name == Step.Finish.Name))
            Assert.Single(steps);
    }

    /// <summary>Once the orchestration has heard of a change of status or of a failure, what runs may end but nothing starts.</summary>
    private static void AssertNothingStartsAfterTheEnd(List<string> trace)
    {
        var signal = trace.FindIndex(line => line.Contains(EngineSignals.StatusChanged, StringComparison.Ordinal));
        var signalId = signal < 0 ? "none" : trace[signal]["ask ".Length..trace[signal].IndexOf(':', StringComparison.Ordinal)];
        var end = trace.FindIndex(line =>
            line.StartsWith($"answer {signalId}:", StringComparison.Ordinal) || line.Contains(" failed\"", StringComparison.Ordinal)
            || line.EndsWith(": broken", StringComparison.Ordinal));
        if (end >= 0)
            Assert.DoesNotContain(
                trace[end..],
                line => line.StartsWith("ask", StringComparison.Ordinal) && line.Contains(Step.RunNode.Name, StringComparison.Ordinal));
    }

    /// <summary>A replay of the history, or of its beginning, asks for the same in the same order.</summary>
    private void AssertReplays(List<string> trace, List<Answer> history)
    {
        foreach (var count in new[] { history.Count, _random.Next(history.Count) })
        {
            var replay = new SteppedContext(MaxSteps);
            var run = WorkflowOrchestration.RunAsync(replay);
            foreach (var answer in history[..count])
                replay.Answer(answer.Id, answer.Value);
            var expected = trace[..(count == history.Count ? trace.Count : history[count].TraceLength)];
            if (!expected.SequenceEqual(replay.Trace))
                Assert.Equal(expected, replay.Trace);
            Assert.Equal(count == history.Count, run.IsCompleted);
            _ = run.Exception;
        }
    }

    /// <param name="Id">The operation that was answered.</param>
    /// <param name="Value">The answer.</param>
    /// <param name="TraceLength">How much had been asked for and answered before.</param>
    private sealed record Answer(int Id, object? Value, int TraceLength);
}
