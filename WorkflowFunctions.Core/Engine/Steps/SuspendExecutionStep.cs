using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// Leaves an execution that is not to go on: it was paused, cancelled, or has to wait for its turn. One that is paused gets its checkpoint.
/// </summary>
internal sealed class SuspendExecutionStep(StepContext context) : IStep<string, bool>
{
    /// <inheritdoc/>
    public async Task<bool> RunAsync(string executionId, CancellationToken cancellationToken)
    {
        if (context.Active.Kept(executionId) is { Begun.IsCompleted: false } unbegun)
        {
            // What becomes of it must not come after this.
            context.Writer.Flush(executionId);
            await unbegun.Begun;
        }

        var row = await context.Services.Executions.FindAsync(executionId, cancellationToken);
        if (row is { Status: ExecutionStatus.Running } && (row.TemplateVersion is not null || context.Services.Limits.RunsInserted))
            return false;
        if (row is { Status: ExecutionStatus.Paused })
        {
            await context.Writer.WriteAsync(new CheckpointWrite
            {
                Id = Ids.New("cp"),
                ExecutionId = executionId,
                Type = "pause",
                Reason = "Execution paused",
            });
        }

        context.Forget(executionId);
        // One that is pending has had no turn that it could give up.
        if (row is { Status: not ExecutionStatus.Pending })
            await context.Queue.StartNextAsync(row, cancellationToken);
        return true;
    }
}
