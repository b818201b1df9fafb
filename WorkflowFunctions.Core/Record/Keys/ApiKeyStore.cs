using Dapper;

namespace WorkflowFunctions.Record.Keys;

/// <summary>Reads and writes <c>workflow_api_keys</c>.</summary>
public sealed class ApiKeyStore(RecordConnections database)
{
    /// <summary>Saves a new key.</summary>
    /// <param name="row">The key; its times are the database's.</param>
    /// <param name="key">The key itself, of which the hash is kept.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<ApiKeyRow> CreateAsync(ApiKeyRow row, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<ApiKeyRow>(new CommandDefinition(
            Sql.Read("Keys.create"),
            new
            {
                id = row.Id,
                key_hash = ApiKeySecret.Hash(key),
                name = row.Name,
                scope = row.Scope,
                workspaces = row.Workspaces?.ToArray(),
                created_by = row.CreatedBy,
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>Finds a key that works, and notes that it is used; null for any other.</summary>
    public async Task<ApiKeyRow?> UseAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ApiKeyRow>(new CommandDefinition(
            Sql.Read("Keys.use"), new { key_hash = ApiKeySecret.Hash(key) }, cancellationToken: cancellationToken));
    }

    /// <summary>Lists keys, newest first, those that are revoked too.</summary>
    /// <param name="within">Only those that reach none but these workspaces; null for all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<ApiKeyRow>> ListAsync(IReadOnlyList<string>? within, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<ApiKeyRow>(new CommandDefinition(
            Sql.Read("Keys.list"), new { within = within?.ToArray() }, cancellationToken: cancellationToken))];
    }

    /// <summary>Revokes a key: it does not work from now on. Revoking it again changes nothing.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="within">Only if it reaches none but these workspaces; null for any.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The row; null if there is none.</returns>
    public async Task<ApiKeyRow?> RevokeAsync(string id, IReadOnlyList<string>? within, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ApiKeyRow>(new CommandDefinition(
            Sql.Read("Keys.revoke"), new { id, within = within?.ToArray() }, cancellationToken: cancellationToken));
    }

    /// <summary>Which of these workspaces do not exist.</summary>
    public async Task<IReadOnlyList<string>> FindUnknownWorkspacesAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            Sql.Read("Keys.unknown_workspaces"), new { ids = ids.ToArray() }, cancellationToken: cancellationToken))];
    }
}
