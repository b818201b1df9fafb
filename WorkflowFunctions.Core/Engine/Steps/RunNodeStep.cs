using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Runs a node, or says what came of it if it has run.</summary>
internal sealed class RunNodeStep(StepContext context, NodeRunner nodes) : IStep<RunNode, NodeOutcome>
{
    /// <inheritdoc/>
    public Task<NodeOutcome> RunAsync(RunNode input, CancellationToken cancellationToken) => context.WithNodeAsync(
        input.ExecutionId,
        input.NodeId,
        (execution, node, path) => nodes.RunAsync(execution, node, path, cancellationToken),
        cancellationToken);
}
