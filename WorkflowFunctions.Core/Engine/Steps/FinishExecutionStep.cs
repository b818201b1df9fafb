using Npgsql;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Ends an execution: completed, or failed.</summary>
internal sealed class FinishExecutionStep(StepContext context) : IStep<FinishExecution, bool>
{
    /// <inheritdoc/>
    public async Task<bool> RunAsync(FinishExecution input, CancellationToken cancellationToken)
    {
        var row = await context.Active.FindRowAsync(input.ExecutionId, cancellationToken);
        var status = input.Error is null ? ExecutionStatus.Completed : ExecutionStatus.Failed;
        var kept = context.Active.Kept(input.ExecutionId);
        var lastJobs = kept?.LastJobs ?? [];
        try
        {
            var isEnded = await context.Writer.WriteAsync(new FinishWrite
            {
                ExecutionId = input.ExecutionId,
                Jobs = lastJobs,
                Status = status,
                Error = input.Error,
                NodeId = input.FailedNodeId,
                Retries = row?.Retries ?? 0,
                CheckpointId = Ids.New("cp"),
            });
            if (!isEnded)
                return false;
        }
        catch (PostgresException) when (lastJobs.Count > 0)
        {
            // The database does not take one of the jobs. It goes on where the record stands, so that the one fails alone.
            kept!.RunsNodeByNode = true;
            return false;
        }

        foreach (var job in lastJobs.Where(job => job.Status != JobStatus.Skipped))
            AttemptTelemetry.Recorded(context.Services.Metrics, job);
        context.Services.Metrics.Ended(status, row?.StartedAt, context.Services.Time.GetUtcNow());
        ExecutionTrace.End(input.ExecutionId, status, input.Error);
        // What still runs of one that failed at its deadline is not waited for.
        if (input.Error is not null)
            context.Active.Cancel(input.ExecutionId);
        context.Forget(input.ExecutionId);
        if (input.Error is not null)
            await context.Children.CancelAllAsync(
                input.ExecutionId, static _ => true, "The execution that started it has failed.", cancellationToken);
        await context.Children.TellParentAsync(row, cancellationToken);
        await context.Queue.StartNextAsync(row, cancellationToken);
        return true;
    }
}
