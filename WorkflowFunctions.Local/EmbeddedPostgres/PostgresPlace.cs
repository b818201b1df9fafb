using System.Security.Cryptography;
using System.Text;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>
/// Where the files are. Usually all below the data directory:
/// <code>
/// postgres/data          the cluster
/// postgres/password      its password, readable by the owner only
/// postgres/server.log    what the server says
/// postgres/*.lock        see <see cref="ClusterLocks"/>
/// postgres-binaries/     downloaded programs, if any
/// </code>
/// When root keeps the data directory where the <see cref="ServerUser"/> may not enter, such as below /root, the cluster and
/// the programs go to a folder of their own in /var/lib/workflow-functions, and the file postgres/location says where that is.
/// </summary>
internal sealed record PostgresPlace(string Home, string Binaries, ServerUser User)
{
    private const string Elsewhere = "/var/lib/workflow-functions";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public string Data => Path.Combine(Home, "data");

    public string PasswordFile => Path.Combine(Home, "password");

    public string LogFile => Path.Combine(Home, "server.log");

    /// <summary>Creates the folder that the locks are in and returns its path free of symbolic links.</summary>
    /// <exception cref="EmbeddedPostgresException">The folder cannot be created or belongs to another user.</exception>
    public static string CreateBase(string dataDirectory)
    {
        try
        {
            Directory.CreateDirectory(dataDirectory);
            var folder = Path.Combine(RealPath(Path.GetFullPath(dataDirectory)), "postgres");
            CreateFolder(folder, Environment.IsPrivilegedProcess ? Passable : OwnerOnly);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"The data directory {Path.GetFullPath(dataDirectory)} cannot be used: {e.Message} "
                + "Choose another one, run as the user it belongs to, or name a PostgreSQL of yours in ConnectionStrings__Workflow.",
                e);
        }
    }

    /// <summary>Finds the place that was chosen before, or chooses one. The caller holds the start lock.</summary>
    public static async Task<PostgresPlace> ResolveAsync(string baseFolder, CancellationToken cancellationToken)
    {
        var pointer = Path.Combine(baseFolder, "location");
        var moved = File.Exists(pointer) ? (await File.ReadAllTextAsync(pointer, cancellationToken)).Trim() : null;
        var home = moved is null ? baseFolder : Path.Combine(moved, "postgres");
        var data = Path.Combine(home, "data");
        var user = await ServerUser.FindAsync(data, cancellationToken);

        if (moved is null && !Directory.Exists(data) && !await user.CanEnterAsync(baseFolder, cancellationToken))
        {
            moved = Path.Combine(Elsewhere, RandomNumberGenerator.GetHexString(16, lowercase: true));
            await CreateElsewhereAsync(moved, baseFolder, cancellationToken);
            await File.WriteAllTextAsync(pointer, moved + "\n", cancellationToken);
        }

        if (moved is not null)
        {
            home = Path.Combine(moved, "postgres");
            CreateFolder(home, Passable);
        }

        if (!await user.CanEnterAsync(home, cancellationToken))
        {
            throw new EmbeddedPostgresException(
                $"PostgreSQL runs as the user '{user.Name}', who may not enter {home}. "
                + "Allow it with chmod o+x on the folders above, or choose another data directory.");
        }

        var binaries = Path.Combine(Path.GetDirectoryName(home)!, "postgres-binaries");
        return new PostgresPlace(home, binaries, user);
    }

    /// <summary>Creates a file that only the server's user may read, whole or not at all, unless it exists.</summary>
    public async Task CreatePrivateFileAsync(string path, string content, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
            return;

        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        await using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }

        await User.OwnAsync(unfinished, cancellationToken);
        File.Move(unfinished, path);
    }

    /// <summary>Creates a folder that only the server's user may enter.</summary>
    public async Task CreatePrivateFolderAsync(string path, CancellationToken cancellationToken)
    {
        CreateFolder(path, OwnerOnly);
        await User.OwnAsync(path, cancellationToken);
    }

    private static async Task CreateElsewhereAsync(string folder, string owner, CancellationToken cancellationToken)
    {
        CreateFolder(Elsewhere, Passable);
        CreateFolder(folder, Passable);
        // For clean-ups: the data directory may have been deleted since.
        await File.WriteAllTextAsync(Path.Combine(folder, "belongs-to"), owner + "\n", cancellationToken);
    }

    private static void CreateFolder(string path, UnixFileMode mode)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    private static string RealPath(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;

        var folder = new DirectoryInfo(Path.Combine(RealPath(parent), Path.GetFileName(path)));
        return folder.ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : folder.FullName;
    }
}
