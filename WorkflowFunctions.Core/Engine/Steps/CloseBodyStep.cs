using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Ends a node whose body has run for every item, or has failed.</summary>
internal sealed class CloseBodyStep(StepContext context, NodeRunner nodes) : IStep<CloseBody, NodeOutcome>
{
    /// <inheritdoc/>
    public Task<NodeOutcome> RunAsync(CloseBody input, CancellationToken cancellationToken) => context.WithNodeAsync(
        input.ExecutionId,
        input.NodeId,
        async (execution, node, path) =>
        {
            if (input.Error is not null)
                await context.Children.CancelAllAsync(execution.Row.Id, child => node.IsInBody(child, path), "The loop that started it has failed.", cancellationToken);
            return await nodes.CloseBodyAsync(execution, node, path, input.Error, cancellationToken);
        },
        cancellationToken);
}
