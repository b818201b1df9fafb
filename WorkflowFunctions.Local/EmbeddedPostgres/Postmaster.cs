using System.Diagnostics;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>The main process of a running server, as the file <c>postmaster.pid</c> of its cluster tells.</summary>
internal sealed record Postmaster(int ProcessId, int Port)
{
    public static string FileIn(string data) => Path.Combine(data, "postmaster.pid");

    /// <summary>
    /// The process that runs the cluster, or null when none does. After a crash the number in the file may meanwhile belong to
    /// some other process, which would keep PostgreSQL from starting; such a file is removed.
    /// </summary>
    public static async Task<Postmaster?> FindAsync(string data, ServerUser user, CancellationToken cancellationToken)
    {
        // Lines: process id, data directory, start time, port, and more that does not matter here.
        var lines = ReadLines(FileIn(data));
        if (lines.Length < 4 || !int.TryParse(lines[0], out var id) || !int.TryParse(lines[3], out var port))
            return null;
        if (ProcessName(id) is not { } name)
            return null;
        if (name.StartsWith("post", StringComparison.OrdinalIgnoreCase) && await WorksInAsync(id, lines[1], data, user, cancellationToken))
            return new Postmaster(id, port);

        File.Delete(FileIn(data));
        return null;
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            // On Windows the running server keeps the file open for writing.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static string? ProcessName(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// A server's working directory is its cluster. Linux tells it to the user of the process, unless the process is dead and only
    /// its number is left. Elsewhere the directory in the file must do, which is another one if the cluster was copied.
    /// </summary>
    private static async Task<bool> WorksInAsync(int id, string recorded, string data, ServerUser user, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            return Path.GetFullPath(recorded) == data;

        var link = await user.Command("readlink", $"/proc/{id}/cwd").TryRunAsync(cancellationToken);
        return link.CouldNotStart ? recorded == data : link.Succeeded && link.Output.Trim() == data;
    }
}
