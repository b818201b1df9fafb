using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Batches;

/// <summary><c>/api/batches</c>: many executions of a template, one for each row of a list.</summary>
internal static class BatchEndpoints
{
    private static readonly AcceptsMetadata s_rows = new([.. BatchUpload.MediaTypes], typeof(IReadOnlyList<JsonObject>));

    public static void MapBatches(this IEndpointRouteBuilder api)
    {
        var batches = api.MapGroup("/batches").WithTags("Batches");
        batches.MapPost("", CreateAsync)
            .For(AccessScope.Run)
            .WithSummary("Run a template for each row of a list")
            .WithDescription(
                "The body is CSV with a line of names, an object in each line, or an array of objects; up to 100,000 rows. What is wrong "
                    + "with any of them is told by line, and then nothing is kept. "
                + "Once this is answered with 202 every row becomes one execution, whatever happens to the server. With Idempotency-Key, "
                + "the same key in a workspace gives the same batch.")
            .WithMetadata(s_rows)
            .BodyProblems();
        batches.MapPost("/check", CheckAsync)
            .For(AccessScope.Read)
            .WithSummary("See what a list would run")
            .WithDescription(
                "The same query and body as for a batch; nothing is kept or started. Shows the columns, the first rows and what is wrong.")
            .WithMetadata(s_rows)
            .BodyProblems();
        batches.MapGet("", ListAsync)
            .For(AccessScope.Read)
            .WithSummary("List batches, newest first")
            .Problems();
        batches.MapGet("/{id}", FindAsync)
            .For(AccessScope.Read, AccessKind.Batch)
            .WithSummary("Read a batch, how its rows stand and what they have cost")
            .Problems(StatusCodes.Status404NotFound);
        batches.MapGet("/{id}/rows", ListRowsAsync)
            .For(AccessScope.Read, AccessKind.Batch)
            .WithSummary("List the rows of a batch, in their order")
            .Problems(StatusCodes.Status404NotFound);
        batches.MapGet("/{id}/results", ResultsAsync)
            .For(AccessScope.Read, AccessKind.Batch)
            .WithSummary("Download the rows with their outputs")
            .WithDescription("As JSON lines, or as CSV: a column for each param and each of the last nodes, in which text that begins like "
                + "a formula has a ' before it.")
            .Produces<BatchResult>(StatusCodes.Status200OK, "application/x-ndjson", "text/csv")
            .Problems(StatusCodes.Status404NotFound);
        batches.MapPost("/{id}/pause", PauseAsync)
            .For(AccessScope.Run, AccessKind.Batch)
            .WithSummary("Start no more rows; those that run go on")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        batches.MapPost("/{id}/resume", ResumeAsync)
            .For(AccessScope.Run, AccessKind.Batch)
            .WithSummary("Let a paused batch go on")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        batches.MapPost("/{id}/cancel", CancelAsync)
            .For(AccessScope.Run, AccessKind.Batch)
            .WithSummary("End a batch: what runs is cancelled, what is left is not started")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        batches.MapPost("/{id}/retry", RetryAsync)
            .For(AccessScope.Run, AccessKind.Batch)
            .WithSummary("Run the rows again that have failed or were cancelled")
            .WithDescription("Each goes on from the nodes that failed, within the limits of the batch.")
            .Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<Accepted<BatchRow>> CreateAsync(
        [AsParameters] BatchQuery query,
        Caller caller,
        HttpContext context,
        BatchStart start,
        BatchStore batches,
        BatchWakeUp wakeUp,
        CancellationToken cancellationToken,
        [FromHeader(Name = "Idempotency-Key"), Description("The caller's own key for this batch: sent again, it starts nothing new")]
        string? idempotencyKey = null)
    {
        var id = await start.AcceptAsync(query, context.Request, caller, idempotencyKey, cancellationToken);
        return await AcceptedAsync(id, context, batches, wakeUp, cancellationToken);
    }

    private static Task<BatchPreview> CheckAsync(
        [AsParameters] BatchQuery query, Caller caller, HttpContext context, BatchStart start, CancellationToken cancellationToken) =>
        start.PreviewAsync(query, context.Request, caller, cancellationToken);

    private static async Task<Page<BatchRow>> ListAsync(
        Caller caller,
        BatchStore batches,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [FromQuery(Name = "template_id"), Description("Only those of this template")] string? templateId = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = 20,
        [Description("The next_cursor of the page before")] string? cursor = null) =>
        Pages.Of(
            await batches.ListAsync(workspaceId, caller.Workspaces, templateId, limit + 1, Pages.Cursor(cursor), cancellationToken),
            limit,
            static row => (row.CreatedAt, row.Id));

    private static async Task<BatchRow> FindAsync(string id, BatchStore batches, CancellationToken cancellationToken) =>
        await batches.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound("batch", id);

    private static async Task<Page<BatchItem>> ListRowsAsync(
        string id,
        BatchStore batches,
        CancellationToken cancellationToken,
        [Description("Only those of this status: pending, running, completed, failed or cancelled")] string? status = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null)
    {
        if (status is not null && !BatchStatus.OfRows.Contains(status))
            throw ApiException.BadParameter("status", status, string.Join(", ", BatchStatus.OfRows));
        var after = int.TryParse(Pages.Cursor(cursor)?.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        await FindAsync(id, batches, cancellationToken);
        return Pages.Of(
            await batches.ListRowsAsync(id, status, after, limit + 1, cancellationToken),
            limit,
            static row => (null, row.Number.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task ResultsAsync(
        string id,
        HttpContext context,
        BatchStore batches,
        BatchResults results,
        CancellationToken cancellationToken,
        [Description("jsonl or csv")] string format = "jsonl")
    {
        if (format is not ("jsonl" or "csv"))
            throw ApiException.BadParameter("format", format, "jsonl or csv");
        var batch = await FindAsync(id, batches, cancellationToken);
        await (
            format == "csv"
                ? results.WriteTableAsync(batch, context.Response, cancellationToken)
                : results.WriteLinesAsync(batch, context.Response, cancellationToken));
    }

    private static async Task<Accepted<BatchRow>> PauseAsync(
        string id, Body<BatchReason> body, HttpContext context, BatchStore batches, BatchWakeUp wakeUp,
        CancellationToken cancellationToken) =>
        await batches.PauseAsync(id, body.Value.Reason, cancellationToken)
            ? await AcceptedAsync(id, context, batches, wakeUp, cancellationToken)
            : throw await RefusalAsync(id, "paused", "running", batches, cancellationToken);

    private static async Task<Accepted<BatchRow>> ResumeAsync(
        string id, Body<BatchResume> body, HttpContext context, BatchStore batches, BatchWakeUp wakeUp,
        CancellationToken cancellationToken) =>
        await batches.ResumeAsync(id, body.Value.MaxParallel, body.Value.MaxCostUsd, cancellationToken)
            ? await AcceptedAsync(id, context, batches, wakeUp, cancellationToken)
            : throw await RefusalAsync(id, "resumed", "paused", batches, cancellationToken);

    private static async Task<Accepted<BatchRow>> CancelAsync(
        string id, Body<BatchReason> body, HttpContext context, BatchStore batches, BatchWakeUp wakeUp,
        CancellationToken cancellationToken) =>
        await batches.CancelAsync(id, body.Value.Reason, cancellationToken)
            ? await AcceptedAsync(id, context, batches, wakeUp, cancellationToken)
            : throw await RefusalAsync(id, "cancelled", "running or paused", batches, cancellationToken);

    private static async Task<Accepted<BatchRow>> RetryAsync(
        string id, HttpContext context, BatchStore batches, BatchWakeUp wakeUp, CancellationToken cancellationToken)
    {
        if (await batches.RetryAsync(id, cancellationToken))
            return await AcceptedAsync(id, context, batches, wakeUp, cancellationToken);
        await FindAsync(id, batches, cancellationToken);
        throw new ApiException(
            ApiProblem.Of(
                StatusCodes.Status409Conflict, $"No row of the batch '{id}' has failed or was cancelled: there is nothing to run again."));
    }

    private static async Task<Accepted<BatchRow>> AcceptedAsync(
        string id, HttpContext context, BatchStore batches, BatchWakeUp wakeUp, CancellationToken cancellationToken)
    {
        wakeUp.Wake();
        return TypedResults.Accepted(Links.Batch(context, id), await FindAsync(id, batches, cancellationToken));
    }

    private static async Task<ApiException> RefusalAsync(
        string id, string participle, string allowed, BatchStore batches, CancellationToken cancellationToken)
    {
        var batch = await FindAsync(id, batches, cancellationToken);
        return new ApiException(ApiProblem.Of(
            StatusCodes.Status409Conflict, $"The batch '{id}' is {batch.Status}. It can be {participle} only while it is {allowed}."));
    }
}

/// <summary>Says why a batch is paused or cancelled.</summary>
internal sealed record BatchReason
{
    [Description("Why; it is shown with the batch")]
    public string? Reason { get; init; }
}

/// <summary>Lets a paused batch go on.</summary>
internal sealed record BatchResume
{
    [Description("How many rows may run at once from now on; as before unless given"), Range(1, BatchQuery.MostParallel)]
    public int? MaxParallel { get; init; }

    [Description("What all rows may cost from now on, in US dollars; as before unless given"), Range(0d, 1_000_000d)]
    public decimal? MaxCostUsd { get; init; }
}
