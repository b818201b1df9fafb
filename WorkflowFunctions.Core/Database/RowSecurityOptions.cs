namespace WorkflowFunctions.Database;

/// <summary>Whether PostgreSQL confines callers to their workspaces as well: <c>Access:RowSecurity</c>.</summary>
public sealed record RowSecurityOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Access";

    /// <summary>Whether it does.</summary>
    public RowSecurityMode RowSecurity { get; set; }
}

/// <summary>Whether PostgreSQL confines callers to their workspaces as well.</summary>
public enum RowSecurityMode
{
    /// <summary>Where the database is prepared for it; where it is not, the log says what is missing, and the application's own check is the only one.</summary>
    Auto,

    /// <summary>In any case: without it, callers who are confined are not served, and the host does not start.</summary>
    Required,

    /// <summary>It does not.</summary>
    Off,
}
