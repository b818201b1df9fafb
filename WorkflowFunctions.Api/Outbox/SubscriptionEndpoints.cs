using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Secrets;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Outbox;

/// <summary><c>/api/subscriptions</c></summary>
internal static class SubscriptionEndpoints
{
    public static void MapSubscriptions(this IEndpointRouteBuilder api)
    {
        var subscriptions = api.MapGroup("/subscriptions").WithTags("Events");
        subscriptions.MapPost("", CreateAsync)
            .For(AccessScope.Admin)
            .WithSummary("Have an address told of what happens")
            .WithDescription(
                "Each event is sent as a CloudEvent, at least once and in order for an execution, signed by Standard Webhooks if a secret "
                    + "is named. "
                + "What is not taken is sent again for a day. An event that comes twice has the same webhook-id.")
            .BodyProblems();
        subscriptions.MapGet("", ListAsync)
            .For(AccessScope.Read)
            .WithSummary("List subscriptions, newest first")
            .Problems();
        subscriptions.MapGet("/{id}", FindAsync)
            .For(AccessScope.Read, AccessKind.Subscription)
            .WithSummary("Read a subscription")
            .Problems(StatusCodes.Status404NotFound);
        subscriptions.MapPut("/{id}", ReplaceAsync)
            .For(AccessScope.Admin, AccessKind.Subscription)
            .WithSummary("Replace a subscription")
            .WithDescription("What is still to be delivered goes to the new address.")
            .BodyProblems(StatusCodes.Status404NotFound);
        subscriptions.MapDelete("/{id}", DeleteAsync)
            .For(AccessScope.Admin, AccessKind.Subscription)
            .WithSummary("Delete a subscription")
            .WithDescription("With what is still to be delivered to it.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<Created<SubscriptionRow>> CreateAsync(
        Body<SubscriptionRequest> body,
        Caller caller,
        HttpContext context,
        SubscriptionStore subscriptions,
        ISecrets secrets,
        CancellationToken cancellationToken)
    {
        var row = ToRow(body.Value, Ids.New("sub"), caller, secrets);
        var created = await SaveAsync(row, () => subscriptions.CreateAsync(row, cancellationToken));
        return TypedResults.Created(Links.Subscription(context, created.Id), created);
    }

    private static async Task<Page<SubscriptionRow>> ListAsync(
        Caller caller,
        SubscriptionStore subscriptions,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [FromQuery(Name = "template_id"), Description("Only those to this template")] string? templateId = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null) =>
        Pages.Of(
            await subscriptions.ListAsync(workspaceId, caller.Workspaces, templateId, limit + 1, Pages.Cursor(cursor), cancellationToken),
            limit,
            static row => (row.CreatedAt, row.Id));

    private static async Task<SubscriptionRow> FindAsync(string id, SubscriptionStore subscriptions, CancellationToken cancellationToken) =>
        await subscriptions.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound("subscription", id);

    private static async Task<SubscriptionRow> ReplaceAsync(
        string id,
        Body<SubscriptionRequest> body,
        Caller caller,
        SubscriptionStore subscriptions,
        ISecrets secrets,
        CancellationToken cancellationToken)
    {
        var row = ToRow(body.Value, id, caller, secrets);
        return await SaveAsync(row, () => subscriptions.ReplaceAsync(row, cancellationToken))
            ?? throw ApiException.NotFound("subscription", id);
    }

    private static async Task<NoContent> DeleteAsync(string id, SubscriptionStore subscriptions, CancellationToken cancellationToken) =>
        await subscriptions.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : throw ApiException.NotFound("subscription", id);

    private static SubscriptionRow ToRow(SubscriptionRequest request, string id, Caller caller, ISecrets secrets)
    {
        var workspaceId = request.WorkspaceId ?? caller.HomeWorkspace;
        var problems = request.Check().ToList();
        if (request.Secret is { } secret && !secrets.Of(workspaceId).ContainsKey(secret))
            problems.Add(new Problem("/secret", $"There is no secret '{secret}' in the workspace.", "the name of a configured secret"));
        return problems.Count > 0
            ? throw ApiException.Invalid(problems)
            : new SubscriptionRow
            {
                Id = id,
                WorkspaceId = workspaceId,
                TemplateId = request.TemplateId,
                Url = request.Url,
                Secret = request.Secret,
                Events = request.Events,
                IsEnabled = request.IsEnabled,
                CreatedBy = caller.Name,
            };
    }

    private static Task<T> SaveAsync<T>(SubscriptionRow row, Func<Task<T>> save) =>
        DatabaseProblems.SaveAsync(save, ("template_id", row.TemplateId), ("workspace_id", row.WorkspaceId));
}

/// <summary>A subscription as it is saved.</summary>
internal sealed record SubscriptionRequest : CallbackSettings
{
    [Description("Only of the executions of this template; of all in the workspace unless given")]
    public string? TemplateId { get; init; }

    [Description("The workspace; `default`, or the first of the caller, unless given")]
    public string? WorkspaceId { get; init; }

    [Description("Whether it is told of anything new")]
    public bool IsEnabled { get; init; } = true;
}
