using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Documents;

/// <summary><c>/api/executions/{id}/documents</c></summary>
internal static class ExecutionDocumentEndpoints
{
    public static void MapExecutionDocuments(this IEndpointRouteBuilder api) => api
        .MapGet("/executions/{id}/documents", ListAsync)
        .For(AccessScope.Read, AccessKind.Execution)
        .WithTags("Documents")
        .WithSummary("List the documents and images that an execution made, the oldest first")
        .WithDescription("Without their content, which is at /api/documents/{id}/content.")
        .Problems(StatusCodes.Status404NotFound);

    private static async Task<Page<ExecutionDocument>> ListAsync(
        string id,
        ExecutionReader executions,
        ExecutionDocuments documents,
        CancellationToken cancellationToken,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null)
    {
        await executions.FindAsync(id, cancellationToken);
        return Pages.Of(
            await documents.ListAsync(id, limit + 1, Pages.Cursor(cursor), cancellationToken), limit,
            static document => (document.CreatedAt, document.Id));
    }
}
