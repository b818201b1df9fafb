using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Durable.Worker;
using WorkflowFunctions.Orchestration;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>The steps as activity functions, each under its own name. They may start and signal other executions.</summary>
public sealed class StepActivities(WorkerSteps steps, DurableEngine engine, ILogger<StepActivities> logger)
{
    /// <summary><see cref="Steps.Open"/></summary>
    [Function("OpenExecution")]
    public Task<OpenedExecution> OpenAsync(
        [ActivityTrigger] string executionId, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Steps.Open, executionId, client, cancellationToken);

    /// <summary><see cref="Steps.OpenSlice"/></summary>
    [Function("OpenSlice")]
    public Task<OpenedExecution> OpenSliceAsync(
        [ActivityTrigger] LoopSlice input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Steps.OpenSlice, input, client, cancellationToken);

    /// <summary><see cref="Steps.RunNode"/></summary>
    [Function("RunNode")]
    public Task<NodeOutcome> RunNodeAsync(
        [ActivityTrigger] RunNode input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Steps.RunNode, input, client, cancellationToken);

    /// <summary><see cref="Steps.CloseBody"/></summary>
    [Function("CloseBody")]
    public Task<NodeOutcome> CloseBodyAsync(
        [ActivityTrigger] CloseBody input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Steps.CloseBody, input, client, cancellationToken);

    /// <summary><see cref="Steps.SkipNodes"/></summary>
    [Function("SkipNodes")]
    public Task<bool> SkipNodesAsync(
        [ActivityTrigger] SkipNodes input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Steps.SkipNodes, input, client, cancellationToken);

    /// <summary><see cref="Steps.Park"/></summary>
    [Function("ParkExecution")]
    public Task<bool> ParkAsync(
        [ActivityTrigger] string executionId, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Steps.Park, executionId, client, cancellationToken);

    /// <summary><see cref="Steps.Rest"/></summary>
    [Function("RestExecution")]
    public Task<bool> RestAsync(
        [ActivityTrigger] RestExecution input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(Steps.Rest, input, client, cancellationToken);

    /// <summary><see cref="Steps.Finish"/></summary>
    [Function("FinishExecution")]
    public async Task<bool> FinishAsync(
        [ActivityTrigger] FinishExecution input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var isEnded = await RunAsync(Steps.Finish, input, client, cancellationToken);
        // An alert looks for this line (infra/modules/monitoring.bicep).
        if (isEnded && input.Error is not null)
            logger.LogError("Execution failed: {ExecutionId} at node {NodeId}: {Error}", input.ExecutionId, input.FailedNodeId, input.Error);
        return isEnded;
    }

    private Task<TOutput> RunAsync<TInput, TOutput>(
        Step<TInput, TOutput> step, TInput input, DurableTaskClient client, CancellationToken cancellationToken)
    {
        engine.Use(client);
        return steps.RunAsync(step, input, cancellationToken);
    }
}
