using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Opens a slice of a loop: says how the nodes of its items stand.</summary>
internal sealed class OpenSliceStep(StepContext context) : IStep<LoopSlice, OpenedExecution>
{
    /// <inheritdoc/>
    public async Task<OpenedExecution> RunAsync(LoopSlice slice, CancellationToken cancellationToken)
    {
        if (await context.Active.FindAsync(slice.ExecutionId, [slice.NodeId], cancellationToken) is not { } execution)
            return new OpenedExecution();
        try
        {
            // A slice of a loop that has ended is one that was forgotten.
            if (execution.FindJob(slice.NodeId) is not { Status: JobStatus.Waiting })
                return new OpenedExecution();
            var path = NodePath.Parse(slice.NodeId);
            var node = execution.Plan[path.NodeId];
            var jobs = await context.Services.Jobs.ListOutcomesAsync(
                slice.ExecutionId, node.BodyIds, path.Items, slice.From, slice.To, cancellationToken);
            return new OpenedExecution
            {
                Runs = true,
                Topology = new Topology([execution.Plan.ShapeOf(node)], []),
                Items = path.Items,
                IsSlice = true,
                State = new RecordedState(execution.Plan, jobs).Slice(slice),
                MaxParallelNodes = slice.MaxParallelNodes,
            };
        }
        finally
        {
            context.Active.Leave(execution);
        }
    }
}
