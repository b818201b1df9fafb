namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>
/// Decides which PostgreSQL programs run the cluster: the folder that the options name; else the installed ones, in the order of
/// <see cref="InstalledPostgres"/>; else those from npm. An existing cluster takes the first of its own major version.
/// </summary>
internal sealed class BinaryLocator(EmbeddedPostgresOptions options, PostgresPlace place, ILogger logger)
{
    private const string OrBringYourOwn =
        "or set ConnectionStrings__Workflow to the connection string of a PostgreSQL server of yours";

    /// <exception cref="EmbeddedPostgresException">No programs that can run this cluster are here.</exception>
    public async Task<PostgresBinaries> FindAsync(CancellationToken cancellationToken)
    {
        var wanted = ClusterMajor();
        var found = options.BinariesDirectory is { } folder ? [await NamedAsync(folder, cancellationToken)] : new List<PostgresBinaries>();
        if (found.Find(Fits) is { } named)
            return named;

        if (options is { BinariesDirectory: null, UseInstalled: true })
        {
            await foreach (var candidate in InstalledPostgres.FoldersAsync(cancellationToken))
            {
                if (await ProbeAsync(candidate, cancellationToken) is not { } binaries)
                    continue;
                if (Fits(binaries))
                    return binaries;
                found.Add(binaries);
            }
        }

        if (options is { BinariesDirectory: null, AllowDownload: true } && wanted is null or NpmPostgres.Major)
            return await DownloadAsync(Needed(wanted), cancellationToken);

        throw NotFound(wanted, found);

        bool Fits(PostgresBinaries binaries) => wanted is null ? binaries.Major >= PostgresBinaries.OldestMajor : binaries.Major == wanted;
    }

    /// <summary>The major version that made the cluster, or null when there is none yet.</summary>
    private int? ClusterMajor()
    {
        var file = Path.Combine(place.Data, "PG_VERSION");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), out var major) ? major : null;
    }

    private async Task<PostgresBinaries> NamedAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(folder);
        return PostgresBinaries.AreIn(path)
            ? await PostgresBinaries.ProbeAsync(path, place.User, cancellationToken)
            : throw new EmbeddedPostgresException(
                $"The folder {path} lacks initdb, postgres or pg_ctl. Name the folder of a PostgreSQL server, not of a client only.");
    }

    private async Task<PostgresBinaries?> ProbeAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresBinaries.ProbeAsync(folder, place.User, cancellationToken);
        }
        catch (EmbeddedPostgresException e)
        {
            logger.LogDebug(e, "The PostgreSQL in {Folder} does not run here.", folder);
            return null;
        }
    }

    private async Task<PostgresBinaries> DownloadAsync(string needed, CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresBinaries.ProbeAsync(
                await NpmPostgres.EnsureAsync(place, logger, cancellationToken), place.User, cancellationToken);
        }
        catch (EmbeddedPostgresException e)
        {
            throw new EmbeddedPostgresException(
                $"{needed} was not found on this machine and could not be downloaded with npm. Install it (initdb, postgres and pg_ctl), "
                + $"or install Node.js, which brings npm, {OrBringYourOwn}. {e.Message}",
                e);
        }
    }

    private static string Needed(int? wanted) =>
        wanted is null ? $"PostgreSQL {PostgresBinaries.OldestMajor} or newer" : $"PostgreSQL {wanted}";

    private EmbeddedPostgresException NotFound(int? wanted, List<PostgresBinaries> found)
    {
        var here = found.Count == 0 ? "no PostgreSQL server was found" : $"only PostgreSQL {string.Join(", ", found)} was found";
        return new EmbeddedPostgresException(wanted is null
            ? $"{Needed(wanted)} is needed, but {here}. Install it, {OrBringYourOwn}."
            : $"The database in {place.Data} was made by PostgreSQL {wanted}, but {here}. "
              + $"Install {Needed(wanted)}, {OrBringYourOwn}. To begin with an empty database, delete {place.Home}.");
    }
}
