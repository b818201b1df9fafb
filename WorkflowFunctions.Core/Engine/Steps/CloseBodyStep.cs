using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Ends a node whose body has run for every item, or has failed; and goes on to those that follow it.</summary>
internal sealed class CloseBodyStep(StepContext context, NodeRunner nodes) : IStep<CloseBody, SegmentOutcome>
{
    /// <inheritdoc/>
    public Task<SegmentOutcome> RunAsync(CloseBody input, CancellationToken cancellationToken) => context.WithNodeAsync(
        input.ExecutionId,
        input.NodeId,
        async (execution, node, path) =>
        {
            if (input.Error is not null)
                await context.Children.CancelAllAsync(
                    execution.Row.Id, child => node.IsInBody(child, path), "The loop that started it has failed.", cancellationToken);
            return await new SegmentRun(context, nodes, execution, node, path).CloseBodyAsync(input.Error, cancellationToken);
        },
        cancellationToken);
}
