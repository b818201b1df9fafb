using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Executions;

/// <summary><c>/api/workspaces/active</c>: query 5 of the schema document.</summary>
internal static class WorkspaceEndpoints
{
    public static void MapWorkspaces(this IEndpointRouteBuilder api) => api
        .MapGet("/workspaces/active", ListActiveAsync)
        .For(AccessScope.Read)
        .WithTags("Workspaces")
        .WithSummary("List the workspaces with executions that have not ended, the busiest first")
        .WithDescription("Of executions that were accepted in the last seven days and are pending, running or paused.")
        .Problems();

    private static Task<IReadOnlyList<ActiveWorkspace>> ListActiveAsync(
        Caller caller, ExecutionQueries queries, CancellationToken cancellationToken) =>
        queries.ListActiveWorkspacesAsync(caller.Workspaces, cancellationToken);
}
