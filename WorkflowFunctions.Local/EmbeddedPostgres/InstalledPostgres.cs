using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>The folders of this machine that may hold an installed PostgreSQL server.</summary>
internal static partial class InstalledPostgres
{
    /// <summary>Folder, then a pattern for what is in it, then the way from there to the programs.</summary>
    private static readonly (string Folder, string Pattern, string Programs)[] s_unix =
    [
        ("/usr/lib/postgresql", "*", "bin"),
        ("/usr", "pgsql-*", "bin"),
        ("/usr/libexec", "postgresql*", ""),
        ("/usr/local", "pgsql*", "bin"),
        ("/opt/homebrew/opt", "postgresql*", "bin"),
        ("/usr/local/opt", "postgresql*", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql*", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
    ];

    /// <summary>
    /// The folders that have the server's programs: those on the PATH first, then the one pg_config names, then
    /// the customary places, newest version first.
    /// </summary>
    public static async IAsyncEnumerable<string> FoldersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>();
        foreach (var folder in OnPath().Where(seen.Add))
            yield return folder;

        var config = await new Command("pg_config", "--bindir").TryRunAsync(cancellationToken);
        if (config.Succeeded && PostgresBinaries.AreIn(config.Output.Trim()) && seen.Add(config.Output.Trim()))
            yield return config.Output.Trim();

        foreach (var folder in Customary().Where(PostgresBinaries.AreIn).Where(seen.Add))
            yield return folder;
    }

    private static IEnumerable<string> OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => new FileInfo(PostgresBinaries.Program(folder, "postgres")))
            .Where(program => program.Exists)
            // The PATH often has links only, and not to all programs; they lie together where the links lead.
            .Select(program => (program.ResolveLinkTarget(returnFinalTarget: true) ?? program).FullName)
            .Select(program => Path.GetDirectoryName(program)!)
            .Where(PostgresBinaries.AreIn);

    private static IEnumerable<string> Customary()
    {
        var places = OperatingSystem.IsWindows()
            ? [(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin")]
            : s_unix;
        return from place in places
               where Directory.Exists(place.Folder)
               from folder in Directory.EnumerateDirectories(place.Folder, place.Pattern).OrderByDescending(VersionIn)
               select Path.Combine(folder, place.Programs);
    }

    private static double VersionIn(string folder) =>
        double.TryParse(NumberPattern().Match(Path.GetFileName(folder)).Value, CultureInfo.InvariantCulture, out var version) ? version : 0;

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex NumberPattern();
}
