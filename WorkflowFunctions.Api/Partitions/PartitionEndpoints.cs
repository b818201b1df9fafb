using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Partitions;

/// <summary><c>/api/admin/partitions</c></summary>
internal static class PartitionEndpoints
{
    public static void MapPartitions(this IEndpointRouteBuilder api) =>
        api.MapPost(
                "/admin/partitions",
                static (PartitionRunner partitions, CancellationToken cancellationToken) => partitions.RunAsync(cancellationToken))
            .WithName("partition_run")
            .ForServer()
            .WithTags("Administration")
            .WithSummary("Make the partitions that are missing")
            .WithDescription(
                "Of the events, of this quarter and the next ones; and those that rows in a default partition call for, which move. As "
                    + "every night.")
            .Problems(StatusCodes.Status409Conflict);
}
