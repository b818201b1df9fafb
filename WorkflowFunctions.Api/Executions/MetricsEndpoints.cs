using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Executions;

/// <summary><c>/api/executions/{id}/metrics</c></summary>
internal static class MetricsEndpoints
{
    public static void MapMetrics(this IEndpointRouteBuilder api) => api
        .MapGet("/executions/{id}/metrics", ListAsync)
        .For(AccessScope.Read, AccessKind.Execution)
        .WithTags("Executions")
        .WithSummary("List the metrics of an execution, newest first")
        .WithDescription("They are measured when it ends; before that there are none.")
        .Problems(StatusCodes.Status404NotFound);

    private static async Task<IReadOnlyList<MetricsRow>> ListAsync(
        string id, ExecutionReader reader, ExecutionQueries queries, CancellationToken cancellationToken)
    {
        await reader.FindAsync(id, cancellationToken);
        return await queries.ListMetricsAsync(id, cancellationToken);
    }
}
