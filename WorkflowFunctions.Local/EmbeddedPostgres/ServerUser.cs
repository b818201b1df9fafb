namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>
/// The user that PostgreSQL runs as. PostgreSQL refuses to run as root, so root lends it an unprivileged user; anyone
/// else runs it as themselves, and then <see cref="Name"/> is null.
/// </summary>
internal sealed record ServerUser(string? Name)
{
    private static readonly string[] s_preferred = ["postgres", "nobody"];

    /// <summary>The owner of an existing cluster, otherwise the first that this machine has.</summary>
    public static async Task<ServerUser> FindAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        // On Windows PostgreSQL drops an administrator's rights by itself.
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return new ServerUser(Name: null);

        if (Directory.Exists(dataDirectory))
            return new ServerUser(await OwnerAsync(dataDirectory, cancellationToken));

        foreach (var name in s_preferred)
        {
            if ((await new Command("id", "-u", name).TryRunAsync(cancellationToken)).Succeeded)
                return new ServerUser(name);
        }

        throw new EmbeddedPostgresException(
            "PostgreSQL refuses to run as root, and this machine has neither a user 'postgres' nor 'nobody' to run it as. "
            + "Start the program as an ordinary user, or add one of them.");
    }

    /// <summary>The same command, run as this user.</summary>
    public Command Command(string program, params IReadOnlyList<string> arguments) => new(program, arguments) { User = Name };

    /// <summary>Makes this user the owner of a file or folder that we created.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (Name is not null)
            await new Command("chown", Name, path).RunAsync(cancellationToken);
    }

    /// <summary>Lets this user read files below a folder, whatever the umask was when they were created.</summary>
    public async Task ShareAsync(string folder, CancellationToken cancellationToken)
    {
        if (Name is not null)
            await new Command("chmod", "-R", "a+rX", folder).RunAsync(cancellationToken);
    }

    /// <summary>Whether this user may enter the folder, all folders above it included.</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancellationToken) =>
        Name is null || (await Command("sh", "-c", "cd -- \"$1\"", "sh", folder).TryRunAsync(cancellationToken)).Succeeded;

    private static async Task<string> OwnerAsync(string folder, CancellationToken cancellationToken)
    {
        string[] format = OperatingSystem.IsMacOS() ? ["-f", "%Su"] : ["-c", "%U"];
        var owner = await new Command("stat", [.. format, folder]).RunAsync(cancellationToken);
        return owner is not ("root" or "UNKNOWN")
            ? owner
            : throw new EmbeddedPostgresException(
                $"The database folder {folder} belongs to '{owner}', whom PostgreSQL cannot run as. "
                + "Give it back to the user who created it with chown -R, or start with another data directory.");
    }
}
