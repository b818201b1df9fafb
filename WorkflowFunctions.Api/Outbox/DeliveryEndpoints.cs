using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Outbox;

/// <summary><c>/api/deliveries</c>: what subscriptions, callbacks and <c>on_failure</c> are told of, and what became of it.</summary>
internal static class DeliveryEndpoints
{
    public static void MapDeliveries(this IEndpointRouteBuilder api)
    {
        var deliveries = api.MapGroup("/deliveries").WithTags("Events");
        deliveries.MapGet("", ListAsync)
            .For(AccessScope.Read)
            .WithSummary("List deliveries, newest first")
            .WithDescription(
                "A delivery is kept until its execution is archived. status=failed are those that are not tried again by themselves.")
            .Problems();
        deliveries.MapPost("/{id}/resend", ResendAsync)
            .For(AccessScope.Admin, AccessKind.Delivery)
            .WithSummary("Send a delivery again")
            .WithDescription("With the same webhook-id, at once, and for another day if it is not taken.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<Page<DeliveryRow>> ListAsync(
        Caller caller,
        DeliveryStore deliveries,
        CancellationToken cancellationToken,
        [Description("Only those that are pending, delivered or failed"), AllowedValues("pending", "delivered", "failed")]
        string? status = null,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [FromQuery(Name = "subscription_id"), Description("Only those to this subscription")] string? subscriptionId = null,
        [FromQuery(Name = "execution_id"), Description("Only those of this execution")] string? executionId = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null) =>
        Pages.Of(
            await deliveries.ListAsync(
                new DeliveryFilter(status, workspaceId, subscriptionId, executionId),
                caller.Workspaces,
                limit + 1,
                Pages.Cursor(cursor)?.Id,
                cancellationToken),
            limit,
            static row => (row.CreatedAt, row.Id));

    private static async Task<Accepted<DeliveryRow>> ResendAsync(
        string id, DeliveryStore deliveries, CancellationToken cancellationToken)
    {
        var row = await deliveries.ResendAsync(id, cancellationToken) ?? throw ApiException.NotFound("delivery", id);
        return TypedResults.Accepted((string?)null, row);
    }
}
