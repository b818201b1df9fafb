using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Indexes;

/// <summary><c>/api/admin/indexes</c></summary>
internal static class IndexEndpoints
{
    public static void MapIndexes(this IEndpointRouteBuilder api) => api
        .MapGet("/admin/indexes", ReportAsync)
        .ForServer()
        .WithTags("Administration")
        .WithSummary("List indexes that are unused, large, duplicate or bloated")
        .WithDescription("Unused since PostgreSQL's statistics began. Bloat is an estimate by those of ANALYZE.")
        .Problems();

    private static Task<IndexReport> ReportAsync(IndexMonitor indexes, CancellationToken cancellationToken) =>
        indexes.ReportAsync(cancellationToken);
}
