using System.Text.Json;
using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Tests.Orchestration;

/// <summary>
/// An engine's side of one generation, under a test's control: it notes what the orchestration asks for and answers only when
/// it is told to, on the same thread. Answers go through JSON, as they do through a history. Given the same answers again, it is a replay.
/// </summary>
internal sealed class SteppedContext(int maxSteps) : IOrchestrationContext
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<Operation> _pending = [];
    private int _asked;

    public string ExecutionId => "wf-1";

    public int MaxStepsPerGeneration => maxSteps;

    public int MaxNodesPerStep => 3;

    public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

    public TimeSpan LongestWait => TimeSpan.MaxValue;

    public ISlices? Slices => null;

    /// <summary>What the orchestration asked for and was answered, in order.</summary>
    public List<string> Trace { get; } = [];

    /// <summary>What is not answered yet, oldest first.</summary>
    public IReadOnlyList<Operation> Pending => _pending;

    public bool GoesOnAsNew { get; private set; }

    public Task<TOutput> CallStepAsync<TInput, TOutput>(Step<TInput, TOutput> step, TInput input) =>
        Ask<TOutput>(OperationKind.Step, step.Name, input, CancellationToken.None);

    public Task WaitUntilAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        Ask<bool>(OperationKind.Wait, "wait", time, cancellationToken);

    public Task<string?> WaitForSignalAsync(string name, CancellationToken cancellationToken) =>
        Ask<string?>(OperationKind.Signal, name, null, cancellationToken);

    public void ContinueAsNew()
    {
        Note("continue as new");
        GoesOnAsNew = true;
    }

    /// <summary>Answers with a result, or with an exception.</summary>
    public void Answer(int id, object? answer)
    {
        var operation = _pending.Single(pending => pending.Id == id);
        _pending.Remove(operation);
        Note($"answer {id}: {(answer is Exception failure ? failure.Message : JsonSerializer.Serialize(answer))}");
        operation.Answer(answer);
    }

    private async Task<TOutput> Ask<TOutput>(OperationKind kind, string name, object? input, CancellationToken cancellationToken)
    {
        Note($"ask {_asked}: {name} {JsonSerializer.Serialize(input)}");
        var answer = new TaskCompletionSource<TOutput>();
        var operation = new Operation(_asked++, kind, name, input, value =>
        {
            if (value is Exception exception)
                answer.SetException(exception);
            else
                answer.SetResult(JsonSerializer.Deserialize<TOutput>(JsonSerializer.Serialize((TOutput?)value))!);
        });
        _pending.Add(operation);
        using var giveUp = cancellationToken.Register(() =>
        {
            Note($"give up {operation.Id}");
            _pending.Remove(operation);
            answer.SetCanceled(cancellationToken);
        });
        return await answer.Task;
    }

    private void Note(string text)
    {
        // A replay runs the orchestration within one event: it may not go on anywhere else.
        Assert.Equal(_thread, Environment.CurrentManagedThreadId);
        Trace.Add(text);
    }
}

internal enum OperationKind
{
    Step,
    Wait,
    Signal,
}

internal sealed record Operation(int Id, OperationKind Kind, string Name, object? Input, Action<object?> Answer);
