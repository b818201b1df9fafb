using System.Text.Json;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Reads executions as the API shows them.</summary>
internal sealed class ExecutionReader(ExecutionStore executions, ExecutionQueries queries, JobStore jobs, WorkflowPlans plans)
{
    private static readonly Dictionary<string, JsonElement> s_noOutputs = [];

    /// <summary>The row of an execution.</summary>
    /// <exception cref="ApiException">404: there is none.</exception>
    public async Task<ExecutionRow> FindAsync(string id, CancellationToken cancellationToken) =>
        await executions.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound("execution", id);

    /// <summary>
    /// An execution with its jobs and outputs, which are at least as new as the row; or, if they are not asked for, without any.
    /// </summary>
    public async Task<ExecutionDetails> DescribeAsync(ExecutionRow row, bool withJobs, CancellationToken cancellationToken)
    {
        var all = withJobs ? await jobs.ListAsync(row.Id, cancellationToken) : [];
        var listed = (await DescribeAsync([row], cancellationToken))[0];
        return new ExecutionDetails(
            listed, [.. all.Select(JobDetails.Of)], withJobs ? await OutputsAsync(row, all, cancellationToken) : s_noOutputs);
    }

    /// <summary>The executions of a list, each with its place in the line, and whether it waits.</summary>
    public async Task<IReadOnlyList<ListedExecution>> ListAsync(ExecutionFilter filter, CancellationToken cancellationToken) =>
        await DescribeAsync(await queries.ListAsync(filter, cancellationToken), cancellationToken);

    // Hardly any execution is pending or running, and the others need not ask.
    private async Task<IReadOnlyList<ListedExecution>> DescribeAsync(IReadOnlyList<ExecutionRow> rows, CancellationToken cancellationToken)
    {
        var pending = IdsOf(rows, ExecutionStatus.Pending);
        var running = IdsOf(rows, ExecutionStatus.Running);
        var places = pending.Length > 0 ? await queries.FindPlacesAsync(pending, cancellationToken) : null;
        var waiting = running.Length > 0 ? await queries.FindWaitingAsync(running, cancellationToken) : null;
        return [.. rows.Select(row => new ListedExecution(
            row, places?.TryGetValue(row.Id, out var place) is true ? place : null, waiting?.Contains(row.Id) is true))];
    }

    private static string[] IdsOf(IReadOnlyList<ExecutionRow> rows, string status) =>
        [.. rows.Where(row => row.Status == status).Select(row => row.Id)];

    private async Task<IReadOnlyDictionary<string, JsonElement>> OutputsAsync(
        ExecutionRow row, IReadOnlyList<JobRow> all, CancellationToken cancellationToken)
    {
        if (row.TemplateVersion is null || (await plans.GetAsync(row.TemplateVersion, cancellationToken)).Plan is not { } plan)
            return s_noOutputs;
        var ends = plan.Graph.Root.Ends.ToHashSet(StringComparer.Ordinal);
        // Other writers have several jobs for a node; the one counts that completed last.
        return all
            .Where(job => job.OutputDataJson is not null && ends.Contains(job.NodeId))
            .GroupBy(job => job.NodeId, StringComparer.Ordinal)
            .ToDictionary(
                jobs => jobs.Key,
                jobs => jobs.MaxBy(job => (job.Status == JobStatus.Completed, job.CompletedAt))!.OutputDataJson!.Value,
                StringComparer.Ordinal);
    }
}
