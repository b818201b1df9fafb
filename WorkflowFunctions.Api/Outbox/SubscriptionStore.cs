using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Outbox;

/// <summary>Reads and writes <c>workflow_subscriptions</c>.</summary>
internal sealed class SubscriptionStore(RecordConnections database)
{
    /// <summary>Saves a new subscription.</summary>
    /// <exception cref="PostgresException">Foreign key violation: the template or the workspace does not exist.</exception>
    public Task<SubscriptionRow> CreateAsync(SubscriptionRow subscription, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<SubscriptionRow>("subscriptions.create", Parameters(subscription), cancellationToken);

    /// <summary>Finds a subscription; null if there is none.</summary>
    public Task<SubscriptionRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<SubscriptionRow>("subscriptions.find", new { id }, cancellationToken);

    /// <summary>Lists subscriptions, newest first.</summary>
    /// <param name="workspaceId">Only those of this workspace; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="templateId">Only those to this template; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<SubscriptionRow>> ListAsync(
        string? workspaceId,
        IReadOnlyList<string>? workspaces,
        string? templateId,
        int limit,
        PageCursor? after,
        CancellationToken cancellationToken) =>
        database.QueryAsync<SubscriptionRow>(
            "subscriptions.list",
            new
            {
                workspace_id = workspaceId,
                workspaces = workspaces?.ToArray(),
                template_id = templateId,
                limit,
                after_time = after?.CreatedAt?.UtcDateTime,
                after_id = after?.Id,
            },
            cancellationToken);

    /// <summary>Replaces a subscription.</summary>
    /// <returns>The row; null if there is none.</returns>
    /// <exception cref="PostgresException">Foreign key violation: the template or the workspace does not exist.</exception>
    public Task<SubscriptionRow?> ReplaceAsync(SubscriptionRow subscription, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<SubscriptionRow>("subscriptions.replace", Parameters(subscription), cancellationToken);

    /// <summary>Deletes a subscription, with what is still to be delivered to it; false if there is none.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        await database.ExecuteAsync("subscriptions.delete", new { id }, cancellationToken) > 0;

    private static object Parameters(SubscriptionRow subscription) => new
    {
        id = subscription.Id,
        workspace_id = subscription.WorkspaceId,
        template_id = subscription.TemplateId,
        url = subscription.Url,
        secret = subscription.Secret,
        events = subscription.Events?.ToArray(),
        is_enabled = subscription.IsEnabled,
        created_by = subscription.CreatedBy,
    };
}

/// <summary>
/// A row of <c>workflow_subscriptions</c>: an address that is told of what happens in the executions of a workspace, or of one template.
/// </summary>
internal sealed record SubscriptionRow
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The template; null for all.</summary>
    public string? TemplateId { get; init; }

    /// <summary>The address.</summary>
    public required string Url { get; init; }

    /// <summary>The name of the secret that calls are signed with; null for none.</summary>
    public string? Secret { get; init; }

    /// <summary>What it is told; null for all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Whether it is told of anything new.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
