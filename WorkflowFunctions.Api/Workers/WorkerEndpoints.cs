using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Workers;

/// <summary><c>/api/workers</c>: the tasks of <c>task</c> nodes, which workers elsewhere do.</summary>
internal static class WorkerEndpoints
{
    public static void MapWorkers(this IEndpointRouteBuilder api)
    {
        var workers = api.MapGroup("/workers").WithTags("Workers");
        workers.MapPost("/tasks/claim", ClaimAsync)
            .For(AccessScope.Work)
            .WithSummary("Take tasks to do")
            .WithDescription(
                "Each comes with a lease, which lasts for heartbeat_seconds. Queues take turns, and workspaces within a queue. "
                + "With wait, the answer comes as soon as there is a task, or after so many seconds without any.")
            .BodyProblems();
        workers.MapPost("/tasks/{id}/heartbeat", HeartbeatAsync)
            .For(AccessScope.Work, AccessKind.Task)
            .WithSummary("Say that a task is being done, and how far it is")
            .WithDescription("Renews the lease. 409: the lease is over, or the execution has ended, and the worker is to stop.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        workers.MapPost("/tasks/{id}/complete", CompleteAsync)
            .For(AccessScope.Work, AccessKind.Task)
            .WithSummary("Complete a task")
            .WithDescription("The output is that of its node. 409: the lease is over, or the task has ended, and the output is not taken.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        workers.MapPost("/tasks/{id}/fail", FailAsync)
            .For(AccessScope.Work, AccessKind.Task)
            .WithSummary("Fail an attempt at a task")
            .WithDescription("Another attempt follows if it is retryable and the node's retry has one left.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        workers.MapGet("/queues", ListQueuesAsync)
            .For(AccessScope.Read)
            .WithSummary("List queues that have tasks, with how many wait and since when")
            .Problems();
        workers.MapGet("/tasks", ListTasksAsync)
            .For(AccessScope.Read)
            .WithSummary("List tasks: those that workers have, then those that wait, in the order of their queue")
            .Problems();
        workers.MapPost("/tasks/{id}/release", ReleaseAsync)
            .For(AccessScope.Run, AccessKind.Task)
            .WithSummary("Take a lease back")
            .WithDescription("The task waits for a worker again. The one that had it is refused from now on.")
            .Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<ClaimedTasks> ClaimAsync(
        Body<ClaimRequest> body, Caller caller, TaskClaims claims, CancellationToken cancellationToken)
    {
        var request = body.Value;
        var queues = request.Queues ?? caller.Queues ?? [TaskNode.DefaultQueue];
        if (caller.Queues is { } own && queues.FirstOrDefault(queue => !own.Contains(queue)) is { } other)
        {
            var problem = $"'{caller.Name}' takes no tasks of the queue '{other}'.";
            throw ApiException.Invalid(new Problem("/queues", problem, "of " + string.Join(", ", own)));
        }

        var claim = new TaskClaim(request.Worker, queues, request.Names, request.Max) { Workspaces = caller.Workspaces };
        return new ClaimedTasks(await claims.ClaimAsync(claim, request.Wait, cancellationToken));
    }

    private static async Task<Renewal> HeartbeatAsync(
        string id, Body<HeartbeatRequest> body, WorkerStore tasks, CancellationToken cancellationToken) =>
        new(await tasks.RenewAsync(id, body.Value.Lease, body.Value.Progress, cancellationToken));

    private static async Task<NoContent> CompleteAsync(
        string id, Body<CompleteRequest> body, WorkerStore tasks, CancellationToken cancellationToken)
    {
        await tasks.CompleteAsync(id, body.Value.Lease, body.Value.Output, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> FailAsync(
        string id, Body<FailRequest> body, WorkerStore tasks, CancellationToken cancellationToken)
    {
        await tasks.FailAsync(id, body.Value, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReleaseAsync(string id, Caller caller, WorkerStore tasks, CancellationToken cancellationToken)
    {
        await tasks.ReleaseAsync(id, caller.Workspaces, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task<IReadOnlyList<TaskQueue>> ListQueuesAsync(
        Caller caller, WorkerStore tasks, CancellationToken cancellationToken) =>
        tasks.ListQueuesAsync(caller.Workspaces, cancellationToken);

    private static Task<IReadOnlyList<QueuedTask>> ListTasksAsync(
        Caller caller,
        WorkerStore tasks,
        CancellationToken cancellationToken,
        [Description("Only those of this queue")] string? queue = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit) =>
        tasks.ListAsync(queue, caller.Workspaces, limit, cancellationToken);
}

/// <summary>Asks for tasks.</summary>
internal sealed record ClaimRequest
{
    [Description("Who asks, for people: a host and a process"), MinLength(1)]
    public required string Worker { get; init; }

    [Description("The queues to take tasks from: those of the key, or the queue 'default', unless given"), MinLength(1)]
    public IReadOnlyList<string>? Queues { get; init; }

    [Description("Only tasks of these names"), MinLength(1)]
    public IReadOnlyList<string>? Names { get; init; }

    [Description("How many at the most"), Range(1, 100)]
    public int Max { get; init; } = 1;

    [Description("How many seconds to wait if there are none"), Range(0, 30)]
    public int Wait { get; init; }
}

/// <summary>Says that a worker is at a task.</summary>
internal sealed record HeartbeatRequest
{
    [Description("The lease that the claim has answered"), MinLength(1)]
    public required string Lease { get; init; }

    [Description("How far it is, for people: any JSON")]
    public JsonElement? Progress { get; init; }
}

/// <summary>Completes a task.</summary>
internal sealed record CompleteRequest
{
    [Description("The lease that the claim has answered"), MinLength(1)]
    public required string Lease { get; init; }

    [Description("The output of the node: any JSON")]
    public JsonElement? Output { get; init; }
}

/// <summary>Fails an attempt at a task.</summary>
internal sealed record FailRequest
{
    [Description("The lease that the claim has answered"), MinLength(1)]
    public required string Lease { get; init; }

    [Description("What went wrong"), MinLength(1)]
    public required string Error { get; init; }

    [Description("Whether another attempt may help")]
    public bool Retryable { get; init; } = true;

    [Description("Where it went wrong; goes into celery_tasks.traceback")]
    public string? Traceback { get; init; }

    [Description("How many seconds to wait before another attempt at the least"), Range(0d, 315_360_000d)]
    public double? RetryAfterSeconds { get; init; }
}

/// <summary>What a worker is to do now.</summary>
/// <param name="Tasks">The tasks; none if there are none.</param>
internal sealed record ClaimedTasks(IReadOnlyList<ClaimedTask> Tasks);

/// <summary>A lease that was renewed.</summary>
/// <param name="LeaseExpiresAt">Until when it lasts now.</param>
internal sealed record Renewal(DateTimeOffset LeaseExpiresAt);
