using System.Text.Json;
using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Hooks;

/// <summary>Reads and writes <c>workflow_hooks</c>.</summary>
internal sealed class HookStore(RecordConnections database)
{
    /// <summary>Saves a new hook.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="token">Its token, of which the hash is kept.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="PostgresException">Foreign key violation: the template, workspace, project or user does not exist.</exception>
    public async Task<HookRow> CreateAsync(HookRow hook, string token, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parameters = Parameters(hook);
        parameters.Add("token_hash", AddressToken.Hash(token));
        return await connection.QuerySingleAsync<HookRow>("hooks.create", parameters, cancellationToken);
    }

    /// <summary>Finds a hook; null if there is none.</summary>
    public Task<HookRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<HookRow>("hooks.find", new { id }, cancellationToken);

    /// <summary>Finds the hook that has a token and is enabled; null if there is none.</summary>
    public Task<HookRow?> FindByTokenAsync(string token, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<HookRow>(
            "hooks.find_by_token", new { token_hash = AddressToken.Hash(token) }, cancellationToken);

    /// <summary>Lists hooks, newest first.</summary>
    /// <param name="workspaceId">Only those of this workspace; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="templateId">Only those of this template; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<HookRow>> ListAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, string? templateId, int limit, PageCursor? after,
        CancellationToken cancellationToken) =>
        database.QueryAsync<HookRow>(
            "hooks.list",
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

    /// <summary>Replaces a hook; its token stays.</summary>
    /// <returns>The row; null if there is none.</returns>
    /// <exception cref="PostgresException">Foreign key violation: the template, workspace, project or user does not exist.</exception>
    public Task<HookRow?> ReplaceAsync(HookRow hook, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<HookRow>("hooks.replace", Parameters(hook), cancellationToken);

    /// <summary>Notes that a hook is being called.</summary>
    public async Task UsedAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync("hooks.used", new { id }, cancellationToken);
    }

    /// <summary>Deletes a hook; false if there is none. Executions that it has started stay.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        await database.ExecuteAsync("hooks.delete", new { id }, cancellationToken) > 0;

    private static DynamicParameters Parameters(HookRow hook) => new(new
    {
        id = hook.Id,
        template_id = hook.TemplateId,
        workspace_id = hook.WorkspaceId,
        project_id = hook.ProjectId,
        user_id = hook.UserId,
        name = hook.Name,
        config = hook.Config?.GetRawText(),
        is_enabled = hook.IsEnabled,
    });
}

/// <summary>A row of <c>workflow_hooks</c>, without the hash of its token: an address that starts a template.</summary>
internal record HookRow
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The template that it starts.</summary>
    public required string TemplateId { get; init; }

    /// <summary>The workspace of its executions.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The project of its executions.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The user of its executions.</summary>
    public required string UserId { get; init; }

    /// <summary>What people read.</summary>
    public string? Name { get; init; }

    /// <summary>The settings of its executions.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>Whether its address works.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>When it was last called, to the second.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
