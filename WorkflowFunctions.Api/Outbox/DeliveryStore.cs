using System.Text.Json;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Outbox;

/// <summary>Reads the outbox (<c>workflow_deliveries</c>), and notes what became of what is in it. It is filled by a trigger.</summary>
internal sealed class DeliveryStore(RecordConnections database)
{
    /// <summary>Takes deliveries that are due, each for one attempt.</summary>
    /// <param name="limit">How many at the most.</param>
    /// <param name="lease">After how long they are due again if nothing is heard of them.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<DueDelivery>> ClaimAsync(int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        database.QueryAsync<DueDelivery>("deliveries.claim", new { limit, lease }, cancellationToken);

    /// <summary>Notes that a delivery was taken.</summary>
    public Task DeliveredAsync(string id, CancellationToken cancellationToken) =>
        database.ExecuteAsync("deliveries.delivered", new { id }, cancellationToken);

    /// <summary>Notes that an attempt failed.</summary>
    /// <param name="id">The delivery.</param>
    /// <param name="error">Why.</param>
    /// <param name="delay">When the next one comes; null if none does.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task FailedAsync(string id, string error, TimeSpan? delay, CancellationToken cancellationToken) =>
        database.ExecuteAsync("deliveries.failed", new { id, error, delay }, cancellationToken);

    /// <summary>What has failed in an execution; null if it is not there any more.</summary>
    public Task<Failure?> FindFailureAsync(string executionId, string? nodeId, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<Failure>(
            "deliveries.failure", new { execution_id = executionId, node_id = nodeId }, cancellationToken);

    /// <summary>Lists deliveries, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="before">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<DeliveryRow>> ListAsync(
        DeliveryFilter filter, IReadOnlyList<string>? workspaces, int limit, string? before, CancellationToken cancellationToken) =>
        database.QueryAsync<DeliveryRow>(
            "deliveries.list",
            new
            {
                status = filter.Status,
                workspace_id = filter.WorkspaceId,
                subscription_id = filter.SubscriptionId,
                execution_id = filter.ExecutionId,
                workspaces = workspaces?.ToArray(),
                limit,
                before,
            },
            cancellationToken);

    /// <summary>Has a delivery sent again, whatever has become of it.</summary>
    /// <returns>The row; null if there is none.</returns>
    public Task<DeliveryRow?> ResendAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<DeliveryRow>("deliveries.resend", new { id }, cancellationToken);
}

/// <summary>Which deliveries to list; null for any.</summary>
/// <param name="Status">Only those of this status.</param>
/// <param name="WorkspaceId">Only those of this workspace.</param>
/// <param name="SubscriptionId">Only those to this subscription.</param>
/// <param name="ExecutionId">Only those of this execution.</param>
internal sealed record DeliveryFilter(string? Status, string? WorkspaceId, string? SubscriptionId, string? ExecutionId);

/// <summary>A row of <c>workflow_deliveries</c>.</summary>
internal sealed record DeliveryRow
{
    /// <summary>The id; a receiver gets it as <c>webhook-id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The execution that it tells of.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The subscription that it is for; null for a callback or a workflow.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The template that it starts (<c>on_failure</c>); null for what is sent to an address.</summary>
    public string? TemplateId { get; init; }

    /// <summary>The address of a callback.</summary>
    public string? Url { get; init; }

    /// <summary>What it tells: <c>execution.failed</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>What it says.</summary>
    public JsonElement Event { get; init; }

    /// <summary><c>pending</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>When the next attempt comes; null if none does.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was taken.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }
}

/// <summary>A delivery that is taken for an attempt.</summary>
internal sealed record DueDelivery
{
    /// <summary>The id: the same in each attempt.</summary>
    public required string Id { get; init; }

    /// <summary>The execution that it tells of.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The template to start; null for what is sent to an address.</summary>
    public string? TemplateId { get; init; }

    /// <summary>The address.</summary>
    public string? Url { get; init; }

    /// <summary>The name of the secret to sign with; null for none.</summary>
    public string? Secret { get; init; }

    /// <summary>What it tells.</summary>
    public required string EventType { get; init; }

    /// <summary>What it says.</summary>
    public JsonElement Event { get; init; }

    /// <summary>Attempts, this one included.</summary>
    public int Attempts { get; init; }
}

/// <summary>What has failed in an execution.</summary>
internal sealed record Failure
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Its template.</summary>
    public required string TemplateId { get; init; }

    /// <summary>What people read of the template.</summary>
    public string? TemplateName { get; init; }

    /// <summary>Its workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>Its project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>Its user.</summary>
    public required string UserId { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Its params.</summary>
    public JsonElement? Params { get; init; }

    /// <summary>The node that failed; null if it was none.</summary>
    public string? NodeId { get; init; }

    /// <summary>The type of that node.</summary>
    public string? NodeType { get; init; }

    /// <summary>What that node got, without secrets.</summary>
    public JsonElement? Input { get; init; }
}
