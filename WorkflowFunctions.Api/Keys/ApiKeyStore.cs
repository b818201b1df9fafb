using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Keys;

/// <summary>Reads and writes <c>workflow_api_keys</c>.</summary>
internal sealed class ApiKeyStore(RecordConnections database)
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
            groups = row.Groups?.ToArray(),
            queues = row.Queues?.ToArray(),
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

/// <summary>A row of <c>workflow_api_keys</c>, without the hash.</summary>
internal record ApiKeyRow
{
    /// <summary>The id; not secret.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is, or what it is for. What its caller does is recorded under this name.</summary>
    public required string Name { get; init; }

    /// <summary><c>work</c>, or <c>read</c>, <c>run</c> or <c>admin</c>, of which each includes the ones before it.</summary>
    public required string Scope { get; init; }

    /// <summary>The workspaces that it reaches; null for all.</summary>
    public IReadOnlyList<string>? Workspaces { get; init; }

    /// <summary>The groups that its owner belongs to: tasks for them are the owner's too.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>The queues that it takes tasks from, with the scope <c>work</c>; null for all.</summary>
    public IReadOnlyList<string>? Queues { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was used last, to the minute; null if never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was revoked; null for one that works.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>The key itself. The database has its hash only.</summary>
internal static class ApiKeySecret
{
    /// <summary>What every key begins with, so that people and scanners recognise one.</summary>
    public const string Prefix = "wfk_";

    private const int Bytes = 32;

    /// <summary>A new key: 256 random bits after the prefix, in letters that a header takes as they are.</summary>
    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The hash of a key (SHA-256). A key is random enough to need no salt.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
