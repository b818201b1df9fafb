using Microsoft.Azure.Functions.Worker;
using WorkflowFunctions.Durable.Worker;
using WorkflowFunctions.Orchestration;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>The steps as activity functions, each under its own name.</summary>
public sealed class StepActivities(WorkerSteps steps)
{
    /// <summary><see cref="Steps.Open"/></summary>
    [Function("OpenExecution")]
    public Task<OpenedExecution> OpenAsync([ActivityTrigger] string executionId, CancellationToken cancellationToken) =>
        steps.RunAsync(Steps.Open, executionId, cancellationToken);

    /// <summary><see cref="Steps.RunNode"/></summary>
    [Function("RunNode")]
    public Task<NodeOutcome> RunNodeAsync([ActivityTrigger] RunNode input, CancellationToken cancellationToken) =>
        steps.RunAsync(Steps.RunNode, input, cancellationToken);

    /// <summary><see cref="Steps.SkipNodes"/></summary>
    [Function("SkipNodes")]
    public Task<bool> SkipNodesAsync([ActivityTrigger] SkipNodes input, CancellationToken cancellationToken) =>
        steps.RunAsync(Steps.SkipNodes, input, cancellationToken);

    /// <summary><see cref="Steps.Park"/></summary>
    [Function("ParkExecution")]
    public Task<bool> ParkAsync([ActivityTrigger] string executionId, CancellationToken cancellationToken) =>
        steps.RunAsync(Steps.Park, executionId, cancellationToken);

    /// <summary><see cref="Steps.Finish"/></summary>
    [Function("FinishExecution")]
    public Task<bool> FinishAsync([ActivityTrigger] FinishExecution input, CancellationToken cancellationToken) =>
        steps.RunAsync(Steps.Finish, input, cancellationToken);
}
