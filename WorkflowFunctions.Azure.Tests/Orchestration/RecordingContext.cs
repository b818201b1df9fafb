using System.Text.Json;
using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Azure.Tests.Orchestration;

/// <summary>Notes what an orchestration asks of its engine, in order.</summary>
internal sealed class RecordingContext(IOrchestrationContext inner, List<string> asked) : IOrchestrationContext, ISlices
{
    public string ExecutionId => inner.ExecutionId;

    public int MaxStepsPerGeneration => inner.MaxStepsPerGeneration;

    public int MaxNodesPerStep => inner.MaxNodesPerStep;

    public DateTimeOffset Now => inner.Now;

    public TimeSpan LongestWait => inner.LongestWait;

    public ISlices? Slices => this;

    public int MaxItems => inner.Slices!.MaxItems;

    public int MaxAtOnce => inner.Slices!.MaxAtOnce;

    public Task<NodeOutcome> RunAsync(LoopSlice slice, CancellationToken stopping)
    {
        asked.Add($"slice {JsonSerializer.Serialize(slice)}");
        return inner.Slices!.RunAsync(slice, stopping);
    }

    public Task<TOutput> CallStepAsync<TInput, TOutput>(Step<TInput, TOutput> step, TInput input)
    {
        asked.Add($"{step.Name} {JsonSerializer.Serialize(input)}");
        return inner.CallStepAsync(step, input);
    }

    public Task WaitUntilAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        asked.Add($"until {time:O}");
        return inner.WaitUntilAsync(time, cancellationToken);
    }

    public Task<string?> WaitForSignalAsync(string name, CancellationToken cancellationToken)
    {
        asked.Add($"signal {name}");
        return inner.WaitForSignalAsync(name, cancellationToken);
    }

    public void ContinueAsNew()
    {
        asked.Add("as new");
        inner.ContinueAsNew();
    }
}
