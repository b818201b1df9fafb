using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Checkpoints;
using WorkflowFunctions.Record.Executions;

namespace WorkflowFunctions.Api.Executions;

/// <summary>What people do to an execution: <c>/api/executions/{id}/pause</c> and the like.</summary>
internal static class TransitionEndpoints
{
    private const string Person = "user";

    public static void MapTransitions(this IEndpointRouteBuilder api)
    {
        var execution = api.MapGroup("/executions/{id}").WithTags("Executions");
        execution.MapPost("/pause", PauseAsync)
            .WithSummary("Pause an execution")
            .WithDescription("Nodes that run finish; nothing new starts until it is resumed. From pending or running.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        execution.MapPost("/resume", ResumeAsync)
            .WithSummary("Resume a paused execution")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        execution.MapPost("/cancel", CancelAsync)
            .WithSummary("Cancel an execution")
            .WithDescription("Nodes that run are stopped. From pending, running or paused.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        execution.MapPost("/checkpoint", CheckpointAsync)
            .WithSummary("Write a checkpoint now")
            .WithDescription("Of what the record holds at this moment. From pending, running or paused.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<Accepted<ExecutionRow>> PauseAsync(
        string id, Body<ReasonRequest> body, HttpContext context, ExecutionStore executions, EngineCalls engine, CancellationToken cancellationToken)
    {
        var row = await executions.PauseAsync(id, body.Value.Reason, Person, cancellationToken)
            ?? throw await RefusalAsync(id, "paused", "pending or running", executions, cancellationToken);
        await engine.StatusChangedAsync(id);
        return Accepted(context, row);
    }

    private static async Task<Accepted<ExecutionRow>> ResumeAsync(
        string id, Body<ReasonRequest> body, HttpContext context, ExecutionStore executions, EngineCalls engine, CancellationToken cancellationToken)
    {
        var row = await executions.ResumeAsync(id, body.Value.Reason, Person, cancellationToken)
            ?? throw await RefusalAsync(id, "resumed", "paused", executions, cancellationToken);
        await engine.StartAsync(id);
        return Accepted(context, row);
    }

    private static async Task<Accepted<ExecutionRow>> CancelAsync(
        string id, Body<ReasonRequest> body, HttpContext context, ExecutionStore executions, EngineCalls engine, CancellationToken cancellationToken)
    {
        var row = await executions.CancelAsync(id, body.Value.Reason, Person, cancellationToken)
            ?? throw await RefusalAsync(id, "cancelled", "pending, running or paused", executions, cancellationToken);
        await engine.StatusChangedAsync(id);
        return Accepted(context, row);
    }

    private static async Task<Accepted<ExecutionRow>> CheckpointAsync(
        string id, Body<ReasonRequest> body, HttpContext context, ExecutionReader reader, CheckpointStore checkpoints, CancellationToken cancellationToken)
    {
        var row = await reader.FindAsync(id, cancellationToken);
        if (ExecutionStatus.IsEnded(row.Status))
            throw Refusal(row, "checkpointed", "pending, running or paused");
        await checkpoints.WriteManualAsync(id, body.Value.Reason, Person, cancellationToken);
        return Accepted(context, await reader.FindAsync(id, cancellationToken));
    }

    private static Accepted<ExecutionRow> Accepted(HttpContext context, ExecutionRow row) =>
        TypedResults.Accepted(Links.Execution(context, row.Id), row);

    private static async Task<ApiException> RefusalAsync(
        string id, string participle, string allowed, ExecutionStore executions, CancellationToken cancellationToken) =>
        await executions.FindAsync(id, cancellationToken) is { } row ? Refusal(row, participle, allowed) : ApiException.NotFound("execution", id);

    private static ApiException Refusal(ExecutionRow row, string participle, string allowed) => new(
        ApiProblem.Of(
            StatusCodes.Status409Conflict,
            $"The execution '{row.Id}' is {row.Status}. It can be {participle} only while it is {allowed}.") with
        { ExecutionStatus = row.Status });
}

/// <summary>Says why something is asked for.</summary>
public sealed record ReasonRequest
{
    /// <summary>Why; it is kept in the event and the checkpoint.</summary>
    [Description("Why; it is kept in the event and the checkpoint")]
    public string? Reason { get; init; }
}
