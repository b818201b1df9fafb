namespace WorkflowFunctions.Api.Keys;

/// <summary>A row of <c>workflow_api_keys</c>, without the hash.</summary>
public record ApiKeyRow
{
    /// <summary>The id; not secret.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is, or what it is for. What its caller does is recorded under this name.</summary>
    public required string Name { get; init; }

    /// <summary><c>read</c>, <c>run</c> or <c>admin</c>; each includes the ones before it.</summary>
    public required string Scope { get; init; }

    /// <summary>The workspaces that it reaches; null for all.</summary>
    public IReadOnlyList<string>? Workspaces { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was used last, to the minute; null if never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was revoked; null for one that works.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
