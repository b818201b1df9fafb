using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Retention;

/// <summary><c>/api/admin/retention</c></summary>
internal static class RetentionEndpoints
{
    public static void MapRetention(this IEndpointRouteBuilder api) => api
        .MapPost("/admin/retention", RunAsync)
        .ForServer()
        .WithTags("Administration")
        .WithSummary("Archive what has stayed long enough")
        .WithDescription("By the configured policy, as every night. Answers when it is done; if the client leaves before, it ends after "
            + "the batch at hand and goes on with the next run.")
        .Problems(StatusCodes.Status409Conflict);

    private static Task<RetentionReport> RunAsync(
        RetentionRunner retention,
        [Description("Count only, and change nothing")] bool? dry_run,
        CancellationToken cancellationToken) =>
        dry_run is true ? retention.PreviewAsync(cancellationToken) : retention.RunAsync(cancellationToken);
}
