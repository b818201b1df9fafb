using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Records that nodes are skipped: no live edge led to them.</summary>
internal sealed class SkipNodesStep(StepContext context) : IStep<SkipNodes, bool>
{
    /// <inheritdoc/>
    public async Task<bool> RunAsync(SkipNodes input, CancellationToken cancellationToken)
    {
        if (await context.Active.FindAsync(input.ExecutionId, input.NodeIds, cancellationToken) is not { } execution)
            return false;
        var written = await Task.WhenAll(input.NodeIds.Select(nodeId => SkipAsync(execution, NodePath.Parse(nodeId))));
        context.Active.Leave(execution);
        return written.All(isWritten => isWritten);
    }

    private async Task<bool> SkipAsync(ActiveExecution execution, NodePath path)
    {
        var node = execution.Plan[path.NodeId];
        var job = execution.NewJob(node, path).Skipped(node.Node.Label, context.Services.Time.GetUtcNow());
        var isWritten = await context.Writer.WriteAsync(job);
        if (isWritten)
            execution.SetJob(job.ToOutcome());
        return isWritten || execution.FindJob(job.NodeId)?.Status == JobStatus.Skipped;
    }
}
