using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Api.Templates;

/// <summary><c>/api/templates</c></summary>
internal static class TemplateEndpoints
{
    public static void MapTemplates(this IEndpointRouteBuilder api)
    {
        var templates = api.MapGroup("/templates").WithTags("Templates");
        templates.MapPost("", CreateAsync)
            .For(AccessScope.Admin)
            .WithSummary("Save a new template")
            .WithDescription("Takes a React Flow file or the same under column names. What is no drawing (no list of nodes, a node without "
                + "an id) is refused. A drawing that cannot run yet is saved, and the answer lists its problems; it cannot be started, "
                + "scheduled or published.")
            .WithMetadata(Body<TemplateRequest>.Metadata)
            .BodyProblems();
        templates.MapGet("", ListAsync)
            .For(AccessScope.Read)
            .WithSummary("List templates, newest first")
            .WithDescription("The rows without their graphs.")
            .Problems();
        templates.MapGet("/{id}", FindAsync)
            .For(AccessScope.Read, AccessKind.Template)
            .WithSummary("Read a template")
            .WithDescription("The header ETag names its state; with If-None-Match a state that is known is not sent again.")
            .Produces(StatusCodes.Status304NotModified)
            .Problems(StatusCodes.Status404NotFound);
        templates.MapPut("/{id}", ReplaceAsync)
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Replace a template")
            .WithDescription("With If-Match only if nobody has saved it since; otherwise 412. A drawing that cannot run yet is saved, and "
                + "the answer lists its problems. Executions that have been started keep the graph that they were started with.")
            .WithMetadata(Body<TemplateRequest>.Metadata)
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status412PreconditionFailed);
        templates.MapDelete("/{id}", DeleteAsync)
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Delete a template")
            .WithDescription("One that has executions, schedules, hooks or subscriptions, or that another one names in on_failure, is "
                + "kept: they refer to it.")
            .Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        templates
            .MapPost(
                "/{id}/archive",
                static (string id, TemplateStore templates, CancellationToken cancellationToken) =>
                    ArchiveAsync(id, true, templates, cancellationToken))
            .WithName("template_archive")
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Archive a template")
            .WithDescription("It is not in the library any more; its executions, schedules and hooks go on. This is for templates that "
                + "cannot be deleted because executions refer to them.")
            .Problems(StatusCodes.Status404NotFound);
        templates
            .MapPost(
                "/{id}/restore",
                static (string id, TemplateStore templates, CancellationToken cancellationToken) =>
                    ArchiveAsync(id, false, templates, cancellationToken))
            .WithName("template_restore")
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Take a template back from the archive")
            .Problems(StatusCodes.Status404NotFound);
        templates
            .MapGet(
                "/file",
                static ([Description("The address of the file")] string url, TemplateFetch files, CancellationToken cancellationToken) =>
                    files.ReadAsync(url, cancellationToken))
            .WithName("template_fetch")
            .For(AccessScope.Admin)
            .WithSummary("Fetch a workflow file from an address")
            .WithDescription("For import: the JSON that is there, of which nothing is saved. What addresses it reaches, Outbound says, as "
                + "for http_request.")
            .Problems();
        templates.MapPost("/validate", Validate)
            .For(AccessScope.Read)
            .WithSummary("Check a template without saving it")
            .WithMetadata(Body<TemplateRequest>.Metadata)
            .BodyProblems();
    }

    private static async Task<Created<TemplateRow>> CreateAsync(
        JsonBody body, Caller caller, HttpContext context, TemplateStore templates, NodeCatalog catalog,
        CancellationToken cancellationToken)
    {
        var draft = new TemplateDraft(body.Json, catalog);
        var row = draft.ToRow(Ids.New("tpl"), caller.HomeWorkspace, DefaultIds.User);
        var created = await SaveAsync(row, () => templates.CreateAsync(row, draft.SavedBy(caller), cancellationToken));
        TemplateTag.Send(context.Response, created);
        return TypedResults.Created(Links.Template(context, created.Id), created with { Problems = draft.RunProblems });
    }

    private static async Task<Page<TemplateSummary>> ListAsync(
        Caller caller,
        TemplateStore templates,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace, and those that all may use")]
        string? workspaceId = null,
        [Description("Only those of this category")] string? category = null,
        [Description("Only those that are archived, or that are not")] bool? archived = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null)
    {
        var rows = await templates.ListAsync(
            workspaceId, caller.Workspaces, category, archived, limit + 1, Pages.Cursor(cursor), cancellationToken);
        return Pages.Of(rows, limit, static row => (row.CreatedAt, row.Id));
    }

    private static async Task<Results<Ok<TemplateRow>, StatusCodeHttpResult>> FindAsync(
        string id, HttpContext context, TemplateStore templates, CancellationToken cancellationToken)
    {
        var row = await templates.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound("template", id);
        TemplateTag.Send(context.Response, row);
        return TemplateTag.IsSeen(context.Request, row) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(row);
    }

    private static async Task<Ok<TemplateRow>> ReplaceAsync(
        string id, JsonBody body, Caller caller, HttpContext context, TemplateStore templates, NodeCatalog catalog,
        CancellationToken cancellationToken)
    {
        var present = await templates.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound("template", id);
        var isBound = TemplateTag.IsBound(context.Request, present);
        var draft = new TemplateDraft(body.Json, catalog);
        var row = draft.ToRow(id, present.WorkspaceId, present.CreatedBy, present.OnFailure);
        var replaced = await SaveAsync(row, () => templates.ReplaceAsync(
            row,
            isBound ? TemplateTag.SavedAt(present) : null,
            draft.SavedBy(caller),
            cancellationToken))
            ?? throw (isBound ? TemplateTag.Stale(id) : ApiException.NotFound("template", id));
        TemplateTag.Send(context.Response, replaced);
        return TypedResults.Ok(replaced with { Problems = draft.RunProblems });
    }

    private static async Task<NoContent> DeleteAsync(string id, TemplateStore templates, CancellationToken cancellationToken)
    {
        try
        {
            return await templates.DeleteAsync(id, cancellationToken)
                ? TypedResults.NoContent()
                : throw ApiException.NotFound("template", id);
        }
        catch (PostgresException exception) when (DatabaseProblems.IsForeignKey(exception))
        {
            throw new ApiException(ApiProblem.Of(
                StatusCodes.Status409Conflict,
                $"The template '{id}' has {Referrers(exception)}, which refer to it. It cannot be deleted while they are kept."));
        }
    }

    private static async Task<TemplateRow> ArchiveAsync(
        string id, bool archived, TemplateStore templates, CancellationToken cancellationToken) =>
        await templates.ArchiveAsync(id, archived, cancellationToken) ?? throw ApiException.NotFound("template", id);

    private static string Referrers(PostgresException exception) => exception.TableName switch
    {
        "workflow_schedules" => "schedules",
        "workflow_hooks" => "hooks",
        "workflow_subscriptions" => "subscriptions",
        "workflow_batches" => "batches",
        "workflow_templates" => "templates that start it when they fail (on_failure)",
        _ => "executions",
    };

    private static TemplateCheck Validate(JsonBody body, NodeCatalog catalog)
    {
        var problems = new TemplateDraft(body.Json, catalog).Problems;
        return new TemplateCheck(problems.Count == 0, problems);
    }

    private static Task<T> SaveAsync<T>(TemplateRow row, Func<Task<T>> save) =>
        DatabaseProblems.SaveAsync(save, ("workspace_id", row.WorkspaceId), ("created_by", row.CreatedBy), ("on_failure", row.OnFailure));
}
