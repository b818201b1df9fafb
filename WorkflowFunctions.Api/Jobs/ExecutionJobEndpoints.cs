using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Jobs;

/// <summary><c>/api/executions/{id}/nodes</c> and <c>/jobs</c>: an execution in parts, for those that have many jobs.</summary>
internal static class ExecutionJobEndpoints
{
    public static void MapExecutionJobs(this IEndpointRouteBuilder api)
    {
        var execution = api.MapGroup("/executions/{id}").WithTags("Executions");
        execution.MapGet("/nodes", ListNodesAsync)
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("Read what became of each node of an execution")
            .WithDescription("Small, however many items a loop has: the jobs of a node of its body are added up.")
            .Problems(StatusCodes.Status404NotFound);
        execution.MapGet("/jobs", ListAsync)
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("List jobs of an execution, in the order of the items")
            .WithDescription("Without what they got and gave.")
            .Problems(StatusCodes.Status404NotFound);
        execution.MapGet("/jobs/{node}", FindAsync)
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("Read the job of a node, with its input and output")
            .WithDescription("In the body of a for_each the node is named with the item, <id>#<index>; write # as %23.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<IReadOnlyList<NodeSummary>> ListNodesAsync(
        string id, ExecutionReader executions, ExecutionJobs jobs, CancellationToken cancellationToken)
    {
        await executions.FindAsync(id, cancellationToken);
        return await jobs.ListNodesAsync(id, cancellationToken);
    }

    private static async Task<Page<ListedJob>> ListAsync(
        string id,
        ExecutionReader executions,
        ExecutionJobs jobs,
        CancellationToken cancellationToken,
        [FromQuery(Name = "node_id"), Description("Only those of this node, for whatever item")] string? nodeId = null,
        [Description("Only those of this status: pending, running, waiting, completed, failed, skipped or cancelled")]
        string? status = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null)
    {
        if (status is not null && !JobStatus.All.Contains(status))
            throw ApiException.BadParameter("status", status, "one of " + string.Join(", ", JobStatus.All));
        await executions.FindAsync(id, cancellationToken);
        var filter = new ExecutionJobFilter(id, nodeId, status, limit + 1, Pages.Cursor(cursor));
        return Pages.Of(await jobs.ListAsync(filter, cancellationToken), limit, static job => job.Place);
    }

    private static async Task<JobDetails> FindAsync(string id, string node, ExecutionJobs jobs, CancellationToken cancellationToken) =>
        await jobs.FindAsync(id, node, cancellationToken) is { } row
            ? JobDetails.Of(row)
            : throw ApiException.NotFound("job of the node", node);
}
