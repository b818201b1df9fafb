using Dapper;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Keys;

/// <summary>Reads and writes <c>workflow_api_keys</c>.</summary>
public sealed class ApiKeyStore(RecordConnections database)
{
    /// <summary>Saves a new key.</summary>
    /// <param name="row">The key; its times are the database's.</param>
    /// <param name="key">The key itself, of which the hash is kept.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<ApiKeyRow> CreateAsync(ApiKeyRow row, string key, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<ApiKeyRow>("api_keys.create", new
        {
            id = row.Id,
            key_hash = ApiKeySecret.Hash(key),
            name = row.Name,
            scope = row.Scope,
            workspaces = row.Workspaces?.ToArray(),
            created_by = row.CreatedBy,
        }, cancellationToken);

    /// <summary>Finds a key that works, and notes that it is used; null for any other.</summary>
    public Task<ApiKeyRow?> UseAsync(string key, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<ApiKeyRow>("api_keys.use", new { key_hash = ApiKeySecret.Hash(key) }, cancellationToken);

    /// <summary>Lists keys, newest first, those that are revoked too.</summary>
    /// <param name="within">Only those that reach none but these workspaces; null for all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<ApiKeyRow>> ListAsync(IReadOnlyList<string>? within, CancellationToken cancellationToken) =>
        database.QueryAsync<ApiKeyRow>("api_keys.list", new { within = within?.ToArray() }, cancellationToken);

    /// <summary>Revokes a key: it does not work from now on. Revoking it again changes nothing.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="within">Only if it reaches none but these workspaces; null for any.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The row; null if there is none.</returns>
    public Task<ApiKeyRow?> RevokeAsync(string id, IReadOnlyList<string>? within, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<ApiKeyRow>("api_keys.revoke", new { id, within = within?.ToArray() }, cancellationToken);

    /// <summary>Which of these workspaces do not exist.</summary>
    public Task<IReadOnlyList<string>> FindUnknownWorkspacesAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.QueryAsync<string>("api_keys.unknown_workspaces", new { ids = ids.ToArray() }, cancellationToken);
}
