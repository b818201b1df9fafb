using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Leaves an execution in which nothing runs until a wait is over: nothing of it stays in memory.</summary>
internal sealed class RestExecutionStep(StepContext context) : IStep<RestExecution, bool>
{
    /// <inheritdoc/>
    public async Task<bool> RunAsync(RestExecution input, CancellationToken cancellationToken)
    {
        var rests = await context.Writer.WriteAsync(new RestWrite { ExecutionId = input.ExecutionId, Until = input.Until });
        if (rests)
        {
            var row = await context.Active.FindRowAsync(input.ExecutionId, cancellationToken);
            context.Forget(input.ExecutionId);
            await context.Queue.StartNextAsync(row, cancellationToken);
        }

        return rests;
    }
}
