using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Queries 2 to 4 of the schema document: <c>/api/executions/{id}/progress</c>, <c>/state</c> and <c>/usage</c>.</summary>
internal static class QueryEndpoints
{
    public static void MapQueries(this IEndpointRouteBuilder api)
    {
        var execution = api.MapGroup("/executions/{id}").WithTags("Executions");
        execution.MapGet("/progress", ProgressAsync)
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("Read how far an execution is, and at which node")
            .Problems(StatusCodes.Status404NotFound);
        execution.MapGet("/state", StateAsync)
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("Read which nodes have completed, and their outputs")
            .Problems(StatusCodes.Status404NotFound);
        execution.MapGet("/usage", UsageAsync)
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("List tokens and durations by node type")
            .WithDescription("Of the jobs that have completed.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<ExecutionProgress> ProgressAsync(string id, ExecutionQueries queries, CancellationToken cancellationToken) =>
        await queries.FindProgressAsync(id, cancellationToken) ?? throw ApiException.NotFound("execution", id);

    private static async Task<ResumableState> StateAsync(string id, ExecutionQueries queries, CancellationToken cancellationToken) =>
        await queries.FindStateAsync(id, cancellationToken) ?? throw ApiException.NotFound("execution", id);

    private static async Task<IReadOnlyList<NodeTypeUsage>> UsageAsync(
        string id, ExecutionReader reader, ExecutionQueries queries, CancellationToken cancellationToken)
    {
        await reader.FindAsync(id, cancellationToken);
        return await queries.ListUsageAsync(id, cancellationToken);
    }
}
