using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Checkpoints;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Types;

namespace WorkflowFunctions.Api.Executions;

/// <summary>What people do to an execution: <c>/api/executions/{id}/pause</c> and the like.</summary>
internal static class TransitionEndpoints
{
    public static void MapTransitions(this IEndpointRouteBuilder api)
    {
        var execution = api.MapGroup("/executions/{id}").WithTags("Executions");
        execution.MapPost("/pause", PauseAsync)
            .For(AccessScope.Run, AccessKind.Execution)
            .WithSummary("Pause an execution")
            .WithDescription("Nodes that run finish; nothing new starts until it is resumed. From pending or running.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        execution.MapPost("/resume", ResumeAsync)
            .For(AccessScope.Run, AccessKind.Execution)
            .WithSummary("Resume a paused execution")
            .WithDescription("One that was paused because of what it has cost needs a higher max_cost_usd.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        execution.MapPost("/cancel", CancelAsync)
            .For(AccessScope.Run, AccessKind.Execution)
            .WithSummary("Cancel an execution")
            .WithDescription("Nodes that run are stopped. From pending, running or paused.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        execution.MapPost("/retry", RetryAsync)
            .For(AccessScope.Run, AccessKind.Execution)
            .WithSummary("Let an execution that has failed or was cancelled go on")
            .WithDescription("From the nodes that failed; nodes that have completed do not run again. With template=current, those whose "
                + "settings have changed do, and what depends on them.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        execution.MapPost("/fork", ForkAsync)
            .For(AccessScope.Run, AccessKind.Execution)
            .WithSummary("Start a new execution where a checkpoint of this one stood")
            .WithDescription("Nodes that were settled then are taken over with their outputs; a loop that had not ended begins anew.")
            .BodyProblems(StatusCodes.Status404NotFound);
        execution.MapPost("/checkpoint", CheckpointAsync)
            .For(AccessScope.Run, AccessKind.Execution)
            .WithSummary("Write a checkpoint now")
            .WithDescription("Of what the record holds at this moment. From pending, running or paused.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<Accepted<ExecutionRow>> PauseAsync(
        string id, Body<ReasonRequest> body, Caller caller, HttpContext context, ExecutionStore executions, EngineCalls engine,
        CancellationToken cancellationToken)
    {
        var change = await executions.PauseAsync(id, body.Value.Reason, caller.Name, cancellationToken)
            ?? throw await RefusalAsync(id, "paused", "pending or running", executions, cancellationToken);
        await engine.StatusChangedAsync(change);
        return Accepted(context, change.Row);
    }

    private static async Task<Accepted<ExecutionRow>> ResumeAsync(
        string id, Body<ResumeRequest> body, Caller caller, HttpContext context, ExecutionStore executions, EngineCalls engine,
        CancellationToken cancellationToken)
    {
        var change = await executions.ResumeAsync(id, body.Value.Reason, body.Value.MaxCostUsd, caller.Name, cancellationToken)
            ?? throw await RefusalAsync(id, "resumed", "paused", executions, cancellationToken);
        foreach (var resumed in change.Relatives.Prepend(id))
            await engine.StartAsync(resumed);
        return Accepted(context, change.Row);
    }

    private static async Task<Accepted<ExecutionRow>> CancelAsync(
        string id, Body<ReasonRequest> body, Caller caller, HttpContext context, ExecutionStore executions, EngineCalls engine,
        CancellationToken cancellationToken)
    {
        var change = await executions.CancelAsync(id, body.Value.Reason, caller.Name, cancellationToken)
            ?? throw await RefusalAsync(id, "cancelled", "pending, running or paused", executions, cancellationToken);
        await engine.StatusChangedAsync(change);
        if (change.Row.ParentExecutionId is { } parentId)
            await engine.SignalledAsync(parentId, SubWorkflowNode.SignalPrefix + id);
        return Accepted(context, change.Row);
    }

    private static async Task<Accepted<ExecutionRow>> RetryAsync(
        string id,
        Body<ReasonRequest> body,
        Caller caller,
        HttpContext context,
        ExecutionReader reader,
        ExecutionRetry retry,
        ExecutionStore executions,
        EngineCalls engine,
        CancellationToken cancellationToken,
        [Description("Where to go on: failed (the nodes that failed) or start (the beginning)")] string from = "failed",
        [Description("The template to go on with: same (as it was at the start) or current (as it is now)")] string template = "same")
    {
        if (from is not ("failed" or "start"))
            throw ApiException.BadParameter("from", from, "failed or start");
        if (template is not ("same" or "current"))
            throw ApiException.BadParameter("template", template, "same or current");
        var row = await reader.FindAsync(id, cancellationToken);
        row = await retry.AcceptAsync(row, from == "start", template == "current", body.Value.Reason, caller, cancellationToken)
            ?? throw await RefusalAsync(id, "retried", "failed or cancelled", executions, cancellationToken);
        await engine.StartAsync(id);
        return Accepted(context, row);
    }

    private static async Task<Accepted<ExecutionRow>> ForkAsync(
        string id, Body<ForkRequest> body, Caller caller, HttpContext context, ExecutionReader reader, ExecutionFork fork,
        EngineCalls engine, CancellationToken cancellationToken)
    {
        var row = await fork.AcceptAsync(await reader.FindAsync(id, cancellationToken), body.Value, caller.Name, cancellationToken);
        await engine.StartAsync(row.Id);
        return Accepted(context, row);
    }

    private static async Task<Accepted<ExecutionRow>> CheckpointAsync(
        string id, Body<ReasonRequest> body, Caller caller, HttpContext context, ExecutionReader reader, CheckpointStore checkpoints,
        CancellationToken cancellationToken)
    {
        var row = await reader.FindAsync(id, cancellationToken);
        if (ExecutionStatus.IsEnded(row.Status))
            throw Refusal(row, "checkpointed", "pending, running or paused");
        await checkpoints.WriteManualAsync(id, body.Value.Reason, caller.Name, cancellationToken);
        return Accepted(context, await reader.FindAsync(id, cancellationToken));
    }

    private static Accepted<ExecutionRow> Accepted(HttpContext context, ExecutionRow row) =>
        TypedResults.Accepted(Links.Execution(context, row.Id), row);

    private static async Task<ApiException> RefusalAsync(
        string id, string participle, string allowed, ExecutionStore executions, CancellationToken cancellationToken) =>
        await executions.FindAsync(id, cancellationToken) is { } row
            ? Refusal(row, participle, allowed)
            : ApiException.NotFound("execution", id);

    private static ApiException Refusal(ExecutionRow row, string participle, string allowed) => new(
        ApiProblem.Of(
            StatusCodes.Status409Conflict,
            $"The execution '{row.Id}' is {row.Status}. It can be {participle} only while it is {allowed}.") with
        { ExecutionStatus = row.Status });
}

/// <summary>Says why something is asked for.</summary>
internal sealed record ReasonRequest
{
    [Description("Why; it is kept in the event and the checkpoint")]
    public string? Reason { get; init; }
}

/// <summary>Lets a paused execution go on.</summary>
internal sealed record ResumeRequest
{
    [Description("Why; it is kept in the event")]
    public string? Reason { get; init; }

    [Description("What the execution may cost from now on, in US dollars; as before unless given"), Range(0d, 1_000_000d)]
    public decimal? MaxCostUsd { get; init; }
}
