using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace WorkflowFunctions.Database;

/// <summary>
/// The policies of the database (<c>0050_row_security.sql</c>): whether they are there, and how a connection comes under them.
/// </summary>
internal sealed class RowSecurity(IOptions<RowSecurityOptions> options, TimeProvider time, ILogger<RowSecurity> logger)
{
    /// <summary>How long to go without before the database is asked again.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private volatile bool _isThere;
    private long _missedAt;

    /// <summary>Whether every table has the policies.</summary>
    public static async Task<bool> IsPreparedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        RecordDatabase.MapTypes();
        return (await ReadAsync(connection, cancellationToken)).UnprotectedTables.Count == 0;
    }

    /// <summary>Makes the policies where they are not there and can be.</summary>
    /// <param name="connection">Of a role that owns the tables.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await IsPreparedAsync(connection, cancellationToken))
            await connection.ExecuteAsync(
                new CommandDefinition(Sql.Read("row_security.prepare"), commandTimeout: 0, cancellationToken: cancellationToken));
    }

    /// <summary>Says in the log what is missing.</summary>
    /// <param name="database">The connections of the application.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RowSecurityException">
    /// Something is, and it is required; or the policies would hold for the application itself.
    /// </exception>
    public async Task CheckAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (options.Value.RowSecurity == RowSecurityMode.Off)
            return;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await IsUsedAsync(connection, cancellationToken);
    }

    /// <summary>Confines a connection, until it goes back to its pool, which resets it.</summary>
    /// <param name="connection">An open connection, outside of a transaction.</param>
    /// <param name="workspaces">The workspaces.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RowSecurityException">It cannot be confined, and has to be.</exception>
    public async Task ConfineAsync(NpgsqlConnection connection, IReadOnlyList<string> workspaces, CancellationToken cancellationToken)
    {
        if (options.Value.RowSecurity == RowSecurityMode.Off || !await IsUsedAsync(connection, cancellationToken))
            return;
        await connection.ExecuteAsync("row_security.confine", new { workspaces = workspaces.ToArray() }, cancellationToken);
    }

    private async Task<bool> IsUsedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_isThere)
            return true;
        var isRequired = options.Value.RowSecurity == RowSecurityMode.Required;
        if (!isRequired && _missedAt != 0 && time.GetElapsedTime(_missedAt) < s_interval)
            return false;
        var state = await ReadAsync(connection, cancellationToken);
        if (state.IsBlind)
            throw new RowSecurityException(state.Missing!);
        if (state.Missing is not { } missing)
            return _isThere = true;
        if (isRequired)
            throw new RowSecurityException(missing);
        if (_missedAt == 0)
            logger.LogWarning(
                "PostgreSQL does not confine callers to their workspaces; the application alone does. {Missing} See docs/security.md",
                missing);
        _missedAt = time.GetTimestamp();
        return false;
    }

    private static Task<RowSecurityState> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<RowSecurityState>("row_security.state", null, cancellationToken);
}

/// <summary>What the database has of what is needed.</summary>
internal sealed record RowSecurityState
{
    public required string User { get; init; }

    public bool HasRole { get; init; }

    public bool MayTakeRole { get; init; }

    /// <summary>Whether the policies hold for the application itself, which then sees nothing.</summary>
    public bool IsBlind { get; init; }

    public required IReadOnlyList<string> UnprotectedTables { get; init; }

    /// <summary>What is missing, and what to do; null if nothing is.</summary>
    public string? Missing =>
        this switch
        {
            { IsBlind: true } =>
                $"The role '{User}' is confined itself and sees nothing. Let the owner of the tables run it, or: GRANT workflow_confined "
                    + $"TO \"{User}\" WITH INHERIT FALSE;",
            { HasRole: false } =>
                "The role workflow_confined is not there, and the role that migrates may not make it: CREATE ROLE workflow_confined "
                    + "NOLOGIN;",
            { MayTakeRole: false } => $"The role '{User}' may not take the role workflow_confined: GRANT workflow_confined TO \"{User}\";",
            { UnprotectedTables.Count: > 0 } =>
                $"These tables have no policies: {string.Join(", ", UnprotectedTables)}. Let their owner run: SELECT workflow_confine();",
            _ => null,
        };
}

/// <summary>PostgreSQL does not confine callers to their workspaces as it has to.</summary>
internal sealed class RowSecurityException(string missing) : Exception(missing);

/// <summary>Whether PostgreSQL confines callers to their workspaces as well: <c>Access:RowSecurity</c>.</summary>
internal sealed record RowSecurityOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Access";

    /// <summary>Whether it does.</summary>
    public RowSecurityMode RowSecurity { get; set; }
}

/// <summary>Whether PostgreSQL confines callers to their workspaces as well.</summary>
internal enum RowSecurityMode
{
    /// <summary>
    /// Where the database is prepared for it; where it is not, the log says what is missing, and the application's own check is the only
    /// one.
    /// </summary>
    Auto,

    /// <summary>In any case: without it, callers who are confined are not served, and the host does not start.</summary>
    Required,

    /// <summary>It does not.</summary>
    Off,
}
