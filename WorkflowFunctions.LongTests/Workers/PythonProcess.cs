using System.Diagnostics;
using Npgsql;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.LongTests.Workers;

/// <summary>Python with the client of this repository, against a server and its database.</summary>
internal sealed class PythonProcess : IDisposable
{
    private static readonly Lazy<string?> s_program = new(
        () => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(Has("celery, psycopg")));

    private readonly Process _process;
    private readonly List<string> _output = [];

    private PythonProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    /// <summary>Starts Python with arguments, in the folder of the client.</summary>
    public static PythonProcess Start(Uri server, string connectionString, params IEnumerable<string> arguments)
    {
        if (s_program.Value is not { } program)
            throw new InvalidOperationException("Ask SkipWithoutCelery first.");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetFullPath(Path.Combine(SampleFile.Folder, "..", "clients", "python")),
        };
        start.ArgumentList.Add("-W");
        start.ArgumentList.Add("ignore::ResourceWarning");
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["WORKFLOW_URL"] = server.ToString();
        start.Environment["WORKFLOW_DATABASE"] = ConnInfo(new NpgsqlConnectionStringBuilder(connectionString));
        return new PythonProcess(Process.Start(start)!);
    }

    /// <summary>Skips a test where there is no Python that has Celery.</summary>
    public static void SkipWithoutCelery()
    {
        if (s_program.Value is null)
            Assert.Skip("There is no Python 3 with Celery and psycopg. On Debian: apt-get install python3-celery python3-psycopg");
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it ended with.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static Func<string, bool> Has(string modules) => program =>
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["-c", $"import {modules}"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    };

    private static string ConnInfo(NpgsqlConnectionStringBuilder database) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"host={database.Host} port={database.Port} dbname={database.Database} user={database.Username} password='{database.Password}'");

    private void Note(string? line)
    {
        lock (_output)
            _output.Add(line ?? "");
    }
}
