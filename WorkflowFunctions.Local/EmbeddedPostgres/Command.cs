using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>A program to run to its end, optionally as another user (needs root).</summary>
internal sealed record Command(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>A background process may keep the pipes open after the program has ended; its output is not waited for.</summary>
    private static readonly TimeSpan s_outputGrace = TimeSpan.FromSeconds(1);

    public string? User { get; init; }

    /// <summary>Runs the program and returns its standard output.</summary>
    /// <exception cref="EmbeddedPostgresException">It could not be started or ended with an error.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var result = await TryRunAsync(cancellationToken);
        if (result.Succeeded)
            return result.Output.Trim();

        var how = result.CouldNotStart ? "could not be started" : $"failed with exit code {result.ExitCode}";
        throw new EmbeddedPostgresException($"'{this}' {how}: {result.Text}");
    }

    /// <summary>Runs the program and returns how it ended. It does not throw when the program fails or is missing.</summary>
    public async Task<CommandResult> TryRunAsync(CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or DirectoryNotFoundException)
        {
            return new CommandResult(CommandResult.NotStarted, "", e.Message);
        }

        var output = new StringBuilder();
        var error = new StringBuilder();
        var readers = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, error));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        await Task.WhenAny(readers, Task.Delay(s_outputGrace, CancellationToken.None));
        return new CommandResult(process.ExitCode, Text(output), Text(error));
    }

    public override string ToString() => string.Join(' ', [Program, .. Arguments]);

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = false,
            // On Windows a console of its own keeps Ctrl+C in ours away from the server.
            CreateNoWindow = true,
            // The user may not be allowed into our working directory, and PostgreSQL's programs insist on entering theirs.
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory)!,
        };
        if (User is not null && !OperatingSystem.IsWindows())
            start.UserName = User;

        // Settings of the developer's own PostgreSQL must not reach this one, and its messages stay English.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder into)
    {
        var buffer = new char[4096];
        try
        {
            while (await reader.ReadAsync(buffer) is var count and > 0)
            {
                lock (into)
                    into.Append(buffer, 0, count);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The process was disposed of while something in the background still held the pipe.
        }
    }

    private static string Text(StringBuilder builder)
    {
        lock (builder)
            return builder.ToString();
    }
}

/// <summary>How a program ended and what it said.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public const int NotStarted = -1;

    public bool CouldNotStart => ExitCode == NotStarted;

    public bool Succeeded => ExitCode == 0;

    /// <summary>What it said, for an error message.</summary>
    public string Text => $"{Output.Trim()}\n{Error.Trim()}".Trim();
}
