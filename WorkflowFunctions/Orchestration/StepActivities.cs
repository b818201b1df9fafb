using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Durable.Worker;
using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>The steps as activity functions, each under its own name. They may start and signal other executions.</summary>
internal sealed class StepActivities(WorkerSteps steps, DurableEngine engine, ILogger<StepActivities> logger)
{
    /// <summary><see cref="Step.Open"/></summary>
    [Function("OpenExecution")]
    public Task<OpenedExecution> OpenAsync(
        [ActivityTrigger] string executionId, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Step.Open, executionId, client, cancellationToken);

    /// <summary><see cref="Step.OpenSlice"/></summary>
    [Function("OpenSlice")]
    public Task<OpenedExecution> OpenSliceAsync(
        [ActivityTrigger] LoopSlice input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Step.OpenSlice, input, client, cancellationToken);

    /// <summary><see cref="Step.RunNode"/></summary>
    [Function("RunNode")]
    public Task<SegmentOutcome> RunNodeAsync(
        [ActivityTrigger] RunNode input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Step.RunNode, input, client, cancellationToken);

    /// <summary><see cref="Step.RunNodes"/></summary>
    [Function("RunNodes")]
    public Task<IReadOnlyList<SegmentOutcome>> RunNodesAsync(
        [ActivityTrigger] RunNodes input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Step.RunNodes, input, client, cancellationToken);

    /// <summary><see cref="Step.CloseBody"/></summary>
    [Function("CloseBody")]
    public Task<SegmentOutcome> CloseBodyAsync(
        [ActivityTrigger] CloseBody input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Step.CloseBody, input, client, cancellationToken);

    /// <summary><see cref="Step.SkipNodes"/></summary>
    [Function("SkipNodes")]
    public Task<bool> SkipNodesAsync(
        [ActivityTrigger] SkipNodes input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Step.SkipNodes, input, client, cancellationToken);

    /// <summary><see cref="Step.Suspend"/></summary>
    [Function("SuspendExecution")]
    public Task<bool> SuspendAsync(
        [ActivityTrigger] string executionId, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Step.Suspend, executionId, client, cancellationToken);

    /// <summary><see cref="Step.Rest"/></summary>
    [Function("RestExecution")]
    public Task<bool> RestAsync(
        [ActivityTrigger] RestExecution input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Step.Rest, input, client, cancellationToken);

    /// <summary><see cref="Step.Finish"/></summary>
    [Function("FinishExecution")]
    public async Task<bool> FinishAsync(
        [ActivityTrigger] FinishExecution input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var isEnded = await RunAsync(Step.Finish, input, client, cancellationToken);
        // An alert looks for this line (infra/modules/monitoring.bicep).
        if (isEnded && input.Error is not null)
            logger.LogError(
                "Execution failed: {ExecutionId} at node {NodeId}: {Error}", input.ExecutionId, input.FailedNodeId, input.Error);
        return isEnded;
    }

    private Task<TOutput> RunAsync<TInput, TOutput>(
        Step<TInput, TOutput> step, TInput input, DurableTaskClient client, CancellationToken cancellationToken)
    {
        engine.Use(client);
        return steps.RunAsync(step, input, cancellationToken);
    }
}
