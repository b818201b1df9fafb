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

namespace WorkflowFunctions.Api.Executions;

/// <summary><c>/api/executions</c></summary>
internal static class ExecutionEndpoints
{
    private const int MaxWaitSeconds = 60;

    public static void MapExecutions(this IEndpointRouteBuilder api)
    {
        var executions = api.MapGroup("/executions").WithTags("Executions");
        executions.MapPost("", StartAsync)
            .For(AccessScope.Run)
            .WithSummary("Start an execution")
            .WithDescription("Once this is answered with 202 the execution runs, whatever happens to the server. With Idempotency-Key, the "
                + "same key in a workspace gives the same execution.")
            .BodyProblems();
        executions.MapGet("", ListAsync)
            .For(AccessScope.Read)
            .WithSummary("List executions, newest first")
            .Problems();
        executions.MapGet("/{id}", FindAsync)
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("Read an execution with its jobs and outputs")
            .WithDescription("With wait, the answer comes when the execution ends or pauses, or after so many seconds.")
            .Problems(StatusCodes.Status404NotFound);
        executions.MapGet("/{id}/template", FindTemplateAsync)
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("Read the graph that an execution runs")
            .WithDescription("The template as it was when the execution started, whatever has been edited since.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<Accepted<ExecutionRow>> StartAsync(
        Body<StartRequest> body,
        HttpContext context,
        Caller caller,
        ExecutionStart start,
        CancellationToken cancellationToken,
        [FromHeader(Name = "Idempotency-Key"), Description("The caller's own key for this start: sent again, it starts nothing new")]
        string? idempotencyKey = null)
    {
        var row = await start.AcceptAsync(body.Value, caller, idempotencyKey, cancellationToken);
        return TypedResults.Accepted(Links.Execution(context, row.Id), row);
    }

    private static async Task<Page<ListedExecution>> ListAsync(
        Caller caller,
        ExecutionReader executions,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [Description("Only those of this status: pending, running, paused, completed, failed or cancelled")] string? status = null,
        [FromQuery(Name = "template_id"), Description("Only those of this template")] string? templateId = null,
        [Description("Only those with this text at the beginning of their id, or anywhere in the name of their template, the id of their "
            + "workspace, or their error")] string? search = null,
        [FromQuery(Name = "parent_execution_id"), Description("Only those that this execution started")] string? parentExecutionId = null,
        [Description("Only those that were accepted then or later: 2026-11-29T00:00:00Z")] DateTimeOffset? from = null,
        [Description("Only those that were accepted before")] DateTimeOffset? to = null,
        [Description("Only those in which a node waits for a person or a signal")] bool waiting = false,
        [FromQuery(Name = "started_by")]
        [Description("Only those that were started by a schedule, a hook, a batch, one of them by its id, or a caller by its name")]
        string? startedBy = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null)
    {
        if (status is not null && !ExecutionStatus.All.Contains(status))
            throw ApiException.BadParameter("status", status, "one of " + string.Join(", ", ExecutionStatus.All));
        var filter = new ExecutionFilter(workspaceId, status, templateId, limit + 1, Pages.Cursor(cursor))
        {
            Workspaces = caller.Workspaces,
            Search = string.IsNullOrWhiteSpace(search) ? null : search.Trim(),
            ParentExecutionId = parentExecutionId,
            From = from,
            To = to,
            IsWaiting = waiting,
            StartedBy = startedBy,
        };
        return Pages.Of(await executions.ListAsync(filter, cancellationToken), limit, static row => (row.CreatedAt, row.Id));
    }

    private static async Task<ExecutionDetails> FindAsync(
        string id,
        ExecutionReader reader,
        ExecutionWatch watch,
        CancellationToken cancellationToken,
        [Range(0, MaxWaitSeconds), Description("Seconds to wait for the execution to end or to pause")] int wait = 0,
        [Description("Whether with its jobs and outputs, which may be many: /nodes, /jobs and /documents have them in parts")]
        bool jobs = true)
    {
        var row = await reader.FindAsync(id, cancellationToken);
        if (wait > 0)
            row = await watch.RestAsync(row, wait, cancellationToken);
        return await reader.DescribeAsync(row, jobs, cancellationToken);
    }

    private static async Task<TemplateGraph> FindTemplateAsync(
        string id, ExecutionReader reader, TemplateVersions templates, CancellationToken cancellationToken)
    {
        var row = await reader.FindAsync(id, cancellationToken);
        // One that someone else inserted runs the template as it is when it begins.
        var version = row.TemplateVersion ?? (await templates.FindVersionAsync(row.TemplateId, null, cancellationToken))?.Version;
        return version is not null && await templates.FindGraphAsync(version, cancellationToken) is { } graph
            ? graph
            : throw ApiException.NotFound("template of the execution", id);
    }
}
