using System.Text.RegularExpressions;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>A folder with the three programs that run a cluster, and their major version.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    public const int OldestMajor = 15;

    private static readonly string[] s_programs = ["initdb", "pg_ctl", "postgres"];

    public string InitDb => Program(Folder, "initdb");

    public string PgCtl => Program(Folder, "pg_ctl");

    public override string ToString() => $"{Major} in {Folder}";

    /// <summary>Whether the folder has all three. Client packages bring some of them without the server.</summary>
    public static bool AreIn(string folder) => s_programs.All(name => File.Exists(Program(folder, name)));

    /// <summary>Asks the server program in a folder for its version, as the user that is to run it.</summary>
    /// <exception cref="EmbeddedPostgresException">It does not run here.</exception>
    public static async Task<PostgresBinaries> ProbeAsync(string folder, ServerUser user, CancellationToken cancellationToken)
    {
        var said = await user.Command(Program(folder, "postgres"), "--version").RunAsync(cancellationToken);
        return VersionPattern().Match(said) is { Success: true } match
            ? new PostgresBinaries(folder, int.Parse(match.Groups[1].ValueSpan))
            : throw new EmbeddedPostgresException($"{Program(folder, "postgres")} does not tell a PostgreSQL version: {said}");
    }

    public static string Program(string folder, string name) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
