using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Runs a node, or says what came of it if it has run; and goes on to those that follow it.</summary>
internal sealed class RunNodeStep(StepContext context, NodeRunner nodes) : IStep<RunNode, SegmentOutcome>
{
    /// <inheritdoc/>
    public Task<SegmentOutcome> RunAsync(RunNode input, CancellationToken cancellationToken) => context.WithNodeAsync(
        input.ExecutionId,
        input.NodeId,
        (execution, node, path) => new SegmentRun(context, nodes, execution, node, path).RunAsync(cancellationToken),
        cancellationToken);
}
