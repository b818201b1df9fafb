namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>
/// Two file locks let processes share one server; the operating system drops both when a process dies.
/// <list type="bullet">
/// <item><c>start.lock</c> is held alone, while a process starts, adopts or stops the server.</item>
/// <item><c>users.lock</c> is shared by all who use the server. The last to leave, which therefore could have it alone,
/// stops the server.</item>
/// </list>
/// </summary>
internal sealed class ClusterLocks(string folder)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private string UsersFile => Path.Combine(folder, "users.lock");

    /// <summary>Waits for the start lock. Disposing of the result releases it.</summary>
    public async Task<IDisposable> EnterAsync(ILogger logger, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "start.lock");
        for (var waited = false; ; waited = true)
        {
            if (TryLock(path) is { } held)
                return held;

            if (!waited)
                logger.LogInformation("Another process is starting or stopping PostgreSQL in {Folder}; waiting for it.", folder);
            await Task.Delay(s_pause, cancellationToken);
        }
    }

    /// <summary>Joins the users of the server. Disposing of the result leaves them. Needs the start lock.</summary>
    public IDisposable Join() => new FileStream(UsersFile, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);

    /// <summary>Whether anyone uses the server. Needs the start lock.</summary>
    public bool HasUsers()
    {
        using var alone = TryLock(UsersFile);
        return alone is null;
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            return null;
        }
    }
}
