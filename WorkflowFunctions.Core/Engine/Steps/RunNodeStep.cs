using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Runs nodes side by side that take no time to speak of. What they write at the same time is one commit.</summary>
internal sealed class RunNodesStep(RunNodeStep step) : IStep<RunNodes, IReadOnlyList<SegmentOutcome>>
{
    /// <summary>
    /// How many a process runs at once, in all such steps together: as many as it would if each had a step of its own
    /// (<c>maxConcurrentActivityFunctions</c> in <c>host.json</c>).
    /// </summary>
    private static readonly SemaphoreSlim s_room = new(32);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SegmentOutcome>> RunAsync(RunNodes input, CancellationToken cancellationToken) =>
        await Task.WhenAll(input.NodeIds.Select(nodeId => RunAsync(new RunNode(input.ExecutionId, nodeId), cancellationToken)));

    private async Task<SegmentOutcome> RunAsync(RunNode input, CancellationToken cancellationToken)
    {
        await s_room.WaitAsync(cancellationToken);
        try
        {
            return await step.RunAsync(input, cancellationToken);
        }
        finally
        {
            s_room.Release();
        }
    }
}

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
