using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Checkpoints;

/// <summary><c>/api/executions/{id}/checkpoints</c></summary>
internal static class CheckpointEndpoints
{
    public static void MapCheckpoints(this IEndpointRouteBuilder api) => api
        .MapGet("/executions/{id}/checkpoints", ListAsync)
        .For(AccessScope.Read, AccessKind.Execution)
        .WithTags("Executions")
        .WithSummary("List the checkpoints of an execution, newest first")
        .Problems(StatusCodes.Status404NotFound);

    private static async Task<IReadOnlyList<CheckpointRow>> ListAsync(
        string id,
        ExecutionReader reader,
        CheckpointStore checkpoints,
        CancellationToken cancellationToken,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit)
    {
        await reader.FindAsync(id, cancellationToken);
        return await checkpoints.ListAsync(id, limit, cancellationToken);
    }
}
