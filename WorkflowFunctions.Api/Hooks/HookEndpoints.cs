using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Targets;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Hooks;

/// <summary><c>/api/hooks</c></summary>
internal static class HookEndpoints
{
    // One name for both kinds: OpenAPI takes addresses that differ in the name of a parameter only for the same.
    private const string OfHook = "/{hook}";
    private const string OfHookParameter = "hook";

    public static void MapHooks(this IEndpointRouteBuilder api)
    {
        var hooks = api.MapGroup("/hooks").WithTags("Hooks");
        hooks.MapPost("", CreateAsync)
            .For(AccessScope.Admin)
            .WithSummary("Make an address that starts a template")
            .WithDescription("The answer shows the token and the address this one time; only a hash is kept.")
            .WithMetadata(Body<HookRequest>.Metadata)
            .BodyProblems();
        hooks.MapGet("", ListAsync)
            .For(AccessScope.Read)
            .WithSummary("List hooks, newest first")
            .WithDescription("Without their tokens.")
            .Problems();
        hooks.MapGet(OfHook, FindAsync)
            .For(AccessScope.Read, AccessKind.Hook, OfHookParameter)
            .WithSummary("Read a hook")
            .WithDescription("Without its token.")
            .Problems(StatusCodes.Status404NotFound);
        hooks.MapPut(OfHook, ReplaceAsync)
            .For(AccessScope.Admin, AccessKind.Hook, OfHookParameter)
            .WithSummary("Replace a hook")
            .WithDescription("Its token stays. One that is switched off answers as if it were not there.")
            .WithMetadata(Body<HookRequest>.Metadata)
            .BodyProblems(StatusCodes.Status404NotFound);
        hooks.MapDelete(OfHook, DeleteAsync)
            .For(AccessScope.Admin, AccessKind.Hook, OfHookParameter)
            .WithSummary("Delete a hook")
            .WithDescription("The executions that it has started stay.")
            .Problems(StatusCodes.Status404NotFound);
        hooks.MapPost(OfHook, StartAsync)
            .ForAnyone()
            .WithSummary("Start the template of a hook")
            .WithDescription(
                "The body becomes the params: the members of an object, the fields of a form (its files are kept as documents), anything "
                    + "else as the param "
                + "body. config.hook_headers names headers to keep as the param headers; where config.hook_secret names a secret, the call "
                + "has to be signed "
                + "with it (X-Hub-Signature-256 or Standard Webhooks). With Idempotency-Key, the same key gives the same execution of this "
                + "hook.")
            .WithMetadata(
                new AcceptsMetadata(
                    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "*/*"],
                    typeof(JsonElement), isOptional: true),
                SecretAddress.Instance)
            .BodyProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
    }

    private static async Task<Created<CreatedHook>> CreateAsync(
        JsonBody body, Caller caller, HttpContext context, TargetCheck targets, HookStore hooks, CancellationToken cancellationToken)
    {
        var row = await ToRowAsync(body.Json, Ids.New("hook"), caller, targets, cancellationToken);
        var token = AddressToken.New();
        var created = await SaveAsync(row, () => hooks.CreateAsync(row, token, cancellationToken));
        return TypedResults.Created(Links.Hook(context, created.Id), new CreatedHook(created, token, Links.HookCall(context, token)));
    }

    private static async Task<Page<HookRow>> ListAsync(
        Caller caller,
        HookStore hooks,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [FromQuery(Name = "template_id"), Description("Only those of this template")] string? templateId = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null) =>
        Pages.Of(
            await hooks.ListAsync(workspaceId, caller.Workspaces, templateId, limit + 1, Pages.Cursor(cursor), cancellationToken),
            limit,
            static row => (row.CreatedAt, row.Id));

    private static async Task<HookRow> FindAsync(
        [Description("The id of the hook")] string hook, HookStore hooks, CancellationToken cancellationToken) =>
        await hooks.FindAsync(hook, cancellationToken) ?? throw ApiException.NotFound("hook", hook);

    private static async Task<HookRow> ReplaceAsync(
        [Description("The id of the hook")] string hook, JsonBody body, Caller caller, TargetCheck targets, HookStore hooks,
        CancellationToken cancellationToken)
    {
        await FindAsync(hook, hooks, cancellationToken);
        var row = await ToRowAsync(body.Json, hook, caller, targets, cancellationToken);
        return await SaveAsync(row, () => hooks.ReplaceAsync(row, cancellationToken)) ?? throw ApiException.NotFound("hook", hook);
    }

    private static async Task<NoContent> DeleteAsync(
        [Description("The id of the hook")] string hook, HookStore hooks, CancellationToken cancellationToken) =>
        await hooks.DeleteAsync(hook, cancellationToken) ? TypedResults.NoContent() : throw ApiException.NotFound("hook", hook);

    /// <summary>The token is looked up before the body is read: nobody else is listened to.</summary>
    private static async Task<Accepted<ExecutionRow>> StartAsync(
        [Description("The token of the hook")] string hook,
        HttpContext context,
        HookStore hooks,
        HookCall call,
        ExecutionStart start,
        CancellationToken cancellationToken,
        [FromHeader(Name = "Idempotency-Key"), Description("The caller's own key for this start: sent again, it starts nothing new")]
        string? idempotencyKey = null)
    {
        var found = await hooks.FindByTokenAsync(hook, cancellationToken)
            ?? throw new ApiException(ApiProblem.Of(StatusCodes.Status404NotFound, "No hook has this token, or it is switched off."));
        var (parameters, messageId) = await call.ReadAsync(found, context.Request, cancellationToken);
        var request = new StartRequest
        {
            TemplateId = found.TemplateId,
            WorkspaceId = found.WorkspaceId,
            ProjectId = found.ProjectId,
            UserId = found.UserId,
            Params = parameters,
            Config = found.Config?.EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value),
        };
        await hooks.UsedAsync(found.Id, cancellationToken);
        var row = await start.AcceptFromHookAsync(request, found.Id, idempotencyKey ?? messageId, cancellationToken);
        return TypedResults.Accepted(Links.Execution(context, row.Id), row);
    }

    private static async Task<HookRow> ToRowAsync(
        JsonElement body, string id, Caller caller, TargetCheck targets, CancellationToken cancellationToken)
    {
        var (target, problems) = await targets.CheckAsync(body, caller, cancellationToken);
        IReadOnlyList<Problem> all = [.. Body<HookRequest>.Check(body), .. problems];
        if (all.Count > 0)
            throw ApiException.Invalid(all);
        var request = Body<HookRequest>.Read(body);
        return new HookRow
        {
            Id = id,
            TemplateId = request.TemplateId,
            WorkspaceId = target.WorkspaceId,
            ProjectId = target.ProjectId,
            UserId = target.UserId,
            Name = request.Name,
            Config = request.Config is null ? null : body.GetProperty("config"),
            IsEnabled = request.IsEnabled,
        };
    }

    private static Task<T> SaveAsync<T>(HookRow row, Func<Task<T>> save) => DatabaseProblems.SaveAsync(
        save, ("template_id", row.TemplateId), ("workspace_id", row.WorkspaceId), ("project_id", row.ProjectId), ("user_id", row.UserId));
}
