using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Schedules;

/// <summary><c>/api/schedules</c></summary>
internal static class ScheduleEndpoints
{
    public static void MapSchedules(this IEndpointRouteBuilder api)
    {
        var schedules = api.MapGroup("/schedules").WithTags("Schedules");
        schedules.MapPost("", CreateAsync)
            .For(AccessScope.Admin)
            .WithSummary("Start a template by time")
            .WithDescription("Each time becomes one execution, whatever happens to the servers; on_missed says what becomes of times at "
                + "which none was there. If cron names a day of the month and a day of the week, both have to fit; next_runs tells.")
            .WithMetadata(Body<ScheduleRequest>.Metadata)
            .BodyProblems();
        schedules.MapGet("", ListAsync)
            .For(AccessScope.Read)
            .WithSummary("List schedules, newest first")
            .Problems();
        schedules.MapGet("/{id}", FindAsync)
            .For(AccessScope.Read, AccessKind.Schedule)
            .WithSummary("Read a schedule")
            .WithDescription(
                "next_run_at is its next time in UTC, next_runs are the next five, and last_execution_id is what came of the last one.")
            .Problems(StatusCodes.Status404NotFound);
        schedules.MapPut("/{id}", ReplaceAsync)
            .For(AccessScope.Admin, AccessKind.Schedule)
            .WithSummary("Replace a schedule")
            .WithDescription(
                "If its times change, or it is switched on, next_run_at is the first time from now on. One that is switched off has none.")
            .WithMetadata(Body<ScheduleRequest>.Metadata)
            .BodyProblems(StatusCodes.Status404NotFound);
        schedules.MapDelete("/{id}", DeleteAsync)
            .For(AccessScope.Admin, AccessKind.Schedule)
            .WithSummary("Delete a schedule")
            .WithDescription("The executions that it has started stay.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<Created<ScheduleRow>> CreateAsync(
        JsonBody body, Caller caller, HttpContext context, ScheduleCheck check, ScheduleStore schedules,
        CancellationToken cancellationToken)
    {
        var row = await check.ToRowAsync(body.Json, Ids.New("sched"), caller, cancellationToken);
        var created = await SaveAsync(row, () => schedules.CreateAsync(row, cancellationToken));
        return TypedResults.Created(Links.Schedule(context, created.Id), created);
    }

    private static async Task<Page<ScheduleRow>> ListAsync(
        Caller caller,
        ScheduleStore schedules,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [FromQuery(Name = "template_id"), Description("Only those of this template")] string? templateId = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null) =>
        Pages.Of(
            await schedules.ListAsync(workspaceId, caller.Workspaces, templateId, limit + 1, Pages.Cursor(cursor), cancellationToken),
            limit,
            static row => (row.CreatedAt, row.Id));

    private static async Task<ScheduleRow> FindAsync(string id, ScheduleStore schedules, CancellationToken cancellationToken) =>
        await schedules.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound("schedule", id);

    private static async Task<ScheduleRow> ReplaceAsync(
        string id, JsonBody body, Caller caller, ScheduleCheck check, ScheduleStore schedules, CancellationToken cancellationToken)
    {
        await FindAsync(id, schedules, cancellationToken);
        var row = await check.ToRowAsync(body.Json, id, caller, cancellationToken);
        return await SaveAsync(row, () => schedules.ReplaceAsync(row, cancellationToken)) ?? throw ApiException.NotFound("schedule", id);
    }

    private static async Task<NoContent> DeleteAsync(string id, ScheduleStore schedules, CancellationToken cancellationToken) =>
        await schedules.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : throw ApiException.NotFound("schedule", id);

    private static Task<T> SaveAsync<T>(ScheduleRow row, Func<Task<T>> save) => DatabaseProblems.SaveAsync(
        save, ("template_id", row.TemplateId), ("workspace_id", row.WorkspaceId), ("project_id", row.ProjectId), ("user_id", row.UserId));
}
