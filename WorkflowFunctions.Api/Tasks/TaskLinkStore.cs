using WorkflowFunctions.Api.Documents;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Tasks;

/// <summary>Reads and writes <c>workflow_task_links</c>.</summary>
internal sealed class TaskLinkStore(RecordConnections database)
{
    /// <summary>Saves a new link.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="token">Its token, of which the hash is kept.</param>
    /// <param name="task">The task that it answers.</param>
    /// <param name="answersAs">Who answers by it.</param>
    /// <param name="seconds">How long it may be used, in seconds.</param>
    /// <param name="createdBy">Who makes it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<TaskLinkRow> CreateAsync(
        string id, string token, TaskRow task, string answersAs, double seconds, string createdBy, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<TaskLinkRow>(
            "task_links.create",
            new
            {
                id,
                token_hash = AddressToken.Hash(token),
                execution_id = task.ExecutionId,
                node_id = task.NodeId,
                answers_as = answersAs,
                seconds,
                created_by = createdBy,
            },
            cancellationToken);

    /// <summary>Finds the link that has a token and may still be used; null if there is none.</summary>
    public Task<UsableLink?> FindByTokenAsync(string token, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<UsableLink>(
            "task_links.find_by_token", new { token_hash = AddressToken.Hash(token) }, cancellationToken);

    /// <summary>A document that the task of a link shows; null if it shows none with that id.</summary>
    public Task<DocumentContent?> FindDocumentAsync(UsableLink link, string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<DocumentContent>(
            "task_links.find_document",
            new
            {
                task_id = link.TaskId,
                id,
                addresses = new[] { id, Uri.EscapeDataString(id) }.Select(name => $"/api/documents/{name}/content").ToArray(),
            },
            cancellationToken);

    /// <summary>The links of a task, in the order in which they were made.</summary>
    public Task<IReadOnlyList<TaskLinkRow>> ListAsync(TaskRow task, CancellationToken cancellationToken) =>
        database.QueryAsync<TaskLinkRow>(
            "task_links.list", new { execution_id = task.ExecutionId, node_id = task.NodeId }, cancellationToken);

    /// <summary>Revokes a link of a task; false if there is none.</summary>
    public async Task<bool> RevokeAsync(string taskId, string id, CancellationToken cancellationToken) =>
        await database.ExecuteAsync("task_links.revoke", new { task_id = taskId, id }, cancellationToken) > 0;
}

/// <summary>
/// A row of <c>workflow_task_links</c>, without the hash of its token: an address that answers a task once, without a login.
/// </summary>
internal record TaskLinkRow
{
    /// <summary>The id; not secret.</summary>
    public required string Id { get; init; }

    /// <summary>Who answers by it.</summary>
    public required string AnswersAs { get; init; }

    /// <summary>Until when it may be used.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether an answer has come by it.</summary>
    public bool IsUsed { get; init; }

    /// <summary>When it was revoked; null for one that is not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A link that may be used.</summary>
internal sealed record UsableLink
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The task that it answers.</summary>
    public required string TaskId { get; init; }

    /// <summary>Who answers by it.</summary>
    public required string AnswersAs { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
