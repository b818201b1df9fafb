using System.Collections.Frozen;
using Microsoft.DurableTask;
using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>Durable Task's side of the port. What goes through here goes into the history: ids and outcomes only.</summary>
/// <param name="context">Durable Task's context of the orchestration.</param>
/// <param name="slice">The slice that it runs; null if it runs an execution.</param>
internal sealed class DurableContext(TaskOrchestrationContext context, LoopSlice? slice = null) : IOrchestrationContext, ISlices
{
    /// <summary>The custom status of an instance that is about to end: <see cref="WorkflowInstances"/> waits for such a one.</summary>
    public const string Ending = "ending";

    // The steps record the failures of nodes and retry them; what fails a step is a database or a worker that is gone for a while.
    private static readonly TaskOptions s_steps = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 8,
        firstRetryInterval: TimeSpan.FromSeconds(1),
        backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromMinutes(1)));

    private static readonly FrozenSet<string> s_lastSteps = [Step.Finish.Name, Step.Suspend.Name, Step.Rest.Name];

    /// <inheritdoc/>
    public string ExecutionId => slice?.ExecutionId ?? context.InstanceId;

    /// <inheritdoc/>
    /// <remarks>
    /// Each outcome replays the history: with this bound an execution's cost grows with its nodes, not with their square.
    /// </remarks>
    public int MaxStepsPerGeneration => 200;

    /// <inheritdoc/>
    /// <remarks>An activity is a message and an outcome that is replayed; with this bound several workers share a wide fan-out.</remarks>
    public int MaxNodesPerStep => 16;

    /// <inheritdoc/>
    public DateTimeOffset Now => new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

    /// <inheritdoc/>
    /// <remarks>An orchestration that waits is in storage, and in no memory.</remarks>
    public TimeSpan LongestWait => TimeSpan.MaxValue;

    /// <inheritdoc/>
    public ISlices? Slices => this;

    /// <inheritdoc/>
    /// <remarks>Two or three generations. With fewer items, what a sub-orchestration costs by itself would be felt.</remarks>
    public int MaxItems => 500;

    /// <inheritdoc/>
    /// <remarks>A task hub of Azure Storage has 16 partitions at the most.</remarks>
    public int MaxAtOnce => 16;

    /// <inheritdoc/>
    public Task<TOutput> CallStepAsync<TInput, TOutput>(Step<TInput, TOutput> step, TInput input)
    {
        if (s_lastSteps.Contains(step.Name))
            context.SetCustomStatus(Ending);
        return context.CallActivityAsync<TOutput>(step.Name, input, s_steps);
    }

    /// <inheritdoc/>
    /// <remarks>Azure Storage keeps a message back for whole seconds, so that a timer may fire a part of one too early.</remarks>
    public async Task WaitUntilAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        await context.CreateTimer(time.UtcDateTime, cancellationToken);
        while (Now < time)
            await context.CreateTimer(Now.UtcDateTime.AddSeconds(1), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string?> WaitForSignalAsync(string name, CancellationToken cancellationToken) =>
        context.WaitForExternalEvent<string?>(name, cancellationToken);

    /// <inheritdoc/>
    public void ContinueAsNew()
    {
        context.SetCustomStatus(null);
        context.ContinueAsNew(newInput: slice, preserveUnprocessedEvents: true);
    }

    /// <inheritdoc/>
    async Task<NodeOutcome> ISlices.RunAsync(LoopSlice slice, CancellationToken stopping)
    {
        var id = SliceId.New(slice, context.NewGuid());
        using var asking = stopping.Register(() => context.SendEvent(id, EngineSignals.StatusChanged, ""));
        return await context.CallSubOrchestratorAsync<NodeOutcome>(
            SliceOrchestration.Name, slice, new SubOrchestrationOptions(instanceId: id));
    }
}
