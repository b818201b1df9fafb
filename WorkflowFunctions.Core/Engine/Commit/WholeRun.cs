using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Commit;

/// <summary>
/// An execution that began, ran and completed between two commits. It is recorded at once, with one change of its row where there
/// would be three.
/// </summary>
/// <param name="Begin">How it began.</param>
/// <param name="Jobs">All its jobs, in the order in which they ran.</param>
internal sealed record WholeRun(BeginWrite Begin, IReadOnlyList<JobWrite> Jobs)
{
    /// <summary>Makes one of the writes of an execution; null if they have to be written one after the other.</summary>
    /// <param name="begin">How it begins.</param>
    /// <param name="finish">How it ends.</param>
    public static WholeRun? TryMake(BeginWrite begin, FinishWrite finish) =>
        begin is { IsNew: true, WorkspaceLimit: null }
        && finish is { Status: ExecutionStatus.Completed, Retries: 0 }
        // All of its nodes, so that none is written apart from its end.
        && finish.Jobs.Count == begin.NodesTotal
        && finish.Jobs.All(job => job is { Status: JobStatus.Completed, Body: null })
            ? new WholeRun(begin, finish.Jobs)
            : null;

    /// <summary>What it has cost.</summary>
    public decimal CostUsd => Jobs.Sum(job => job.CostUsd);
}
