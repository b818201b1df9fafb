using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Limits;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Executions;

/// <summary>
/// Executions that an application has inserted, and that have been pending for longer than retention keeps such rows. The engine does not
/// start them by itself: people do, or cancel them.
/// </summary>
internal sealed class StaleExecutions(RecordConnections database, RunLimits limits, TimeProvider time)
{
    /// <summary>How many there are.</summary>
    /// <param name="workspaces">The workspaces to look at; null for all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<StaleReport> CountAsync(IReadOnlyList<string>? workspaces, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<StaleReport>("stale.count", Parameters(workspaces), cancellationToken);

    /// <summary>Lets them be started; the engine finds them within a minute.</summary>
    /// <returns>Their ids.</returns>
    public Task<IReadOnlyList<string>> StartAsync(
        string? id, IReadOnlyList<string>? workspaces, string createdBy, CancellationToken cancellationToken) =>
        database.QueryAsync<string>("stale.start", Parameters(workspaces, id, createdBy), cancellationToken);

    /// <summary>Lists the first of them.</summary>
    public Task<IReadOnlyList<string>> ListAsync(int limit, IReadOnlyList<string>? workspaces, CancellationToken cancellationToken) =>
        database.QueryAsync<string>("stale.list", Parameters(workspaces, limit: limit), cancellationToken);

    private object Parameters(IReadOnlyList<string>? workspaces, string? id = null, string? createdBy = null, int limit = 0) => new
    {
        id,
        workspaces = workspaces?.ToArray(),
        created_by = createdBy,
        limit,
        stale_before = limits.StaleBefore(time.GetUtcNow())?.UtcDateTime,
    };
}

/// <summary>The executions that are left alone.</summary>
internal sealed record StaleReport
{
    /// <summary>How many there are.</summary>
    public long Count { get; init; }

    /// <summary>When the oldest one was inserted.</summary>
    public DateTimeOffset? OldestCreatedAt { get; init; }
}

/// <summary><c>/api/executions/stale</c></summary>
internal static class StaleEndpoints
{
    /// <summary>How many one call cancels.</summary>
    private const int MaxCancelled = 1000;

    public static void MapStale(this IEndpointRouteBuilder api)
    {
        var stale = api.MapGroup("/executions").WithTags("Executions");
        stale.MapGet("/stale", CountAsync)
            .For(AccessScope.Read)
            .WithSummary("Count the executions that are left alone")
            .WithDescription(
                "Another program has inserted them, and they have been pending for longer than Retention:Pending keeps such rows.")
            .Problems();
        stale.MapPost("/stale/start", StartAllAsync)
            .For(AccessScope.Run)
            .WithSummary("Start the executions that are left alone")
            .WithDescription("All of them, within a minute.")
            .BodyProblems();
        stale.MapPost("/stale/cancel", CancelAllAsync)
            .For(AccessScope.Run)
            .WithSummary("Cancel executions that are left alone")
            .WithDescription($"The {MaxCancelled} oldest ones; remaining says how many there are after it.")
            .BodyProblems();
        stale.MapPost("/{id}/start", StartAsync)
            .For(AccessScope.Run, AccessKind.Execution)
            .WithSummary("Start an execution that is left alone")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static Task<StaleReport> CountAsync(Caller caller, StaleExecutions stale, CancellationToken cancellationToken) =>
        stale.CountAsync(caller.Workspaces, cancellationToken);

    private static async Task<StaleChange> StartAllAsync(
        Body<ReasonRequest> body, Caller caller, StaleExecutions stale, CancellationToken cancellationToken) =>
        new((await stale.StartAsync(null, caller.Workspaces, caller.Name, cancellationToken)).Count, 0);

    private static async Task<StaleChange> CancelAllAsync(
        Body<ReasonRequest> body, Caller caller, StaleExecutions stale, ExecutionStore executions, EngineCalls engine,
        CancellationToken cancellationToken)
    {
        var cancelled = 0;
        foreach (var id in await stale.ListAsync(MaxCancelled, caller.Workspaces, cancellationToken))
        {
            if (await executions.CancelAsync(id, body.Value.Reason, caller.Name, cancellationToken) is not { } change)
                continue;
            await engine.StatusChangedAsync(change);
            cancelled++;
        }

        return new StaleChange(cancelled, (await stale.CountAsync(caller.Workspaces, cancellationToken)).Count);
    }

    private static async Task<Accepted<ExecutionRow>> StartAsync(
        string id, Body<ReasonRequest> body, Caller caller, HttpContext context, ExecutionReader reader, StaleExecutions stale,
        EngineCalls engine, CancellationToken cancellationToken)
    {
        if ((await stale.StartAsync(id, caller.Workspaces, caller.Name, cancellationToken)).Count == 0)
        {
            var row = await reader.FindAsync(id, cancellationToken);
            throw new ApiException(ApiProblem.Of(
                StatusCodes.Status409Conflict, $"The execution '{id}' is {row.Status}, and not one that is left alone.") with
            { ExecutionStatus = row.Status });
        }

        await engine.StartAsync(id);
        return TypedResults.Accepted(Links.Execution(context, id), await reader.FindAsync(id, cancellationToken));
    }

    /// <summary>What was done with executions that are left alone.</summary>
    /// <param name="Changed">How many were started or cancelled.</param>
    /// <param name="Remaining">How many are left alone still.</param>
    internal sealed record StaleChange(
        [property: Description("How many were started or cancelled")] int Changed,
        [property: Description("How many are left alone still")] long Remaining);
}
