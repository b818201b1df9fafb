using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Bench.Chaos;

/// <summary>The server in a process of its own, which is killed and started again on the same address.</summary>
internal sealed class ChaosServer(string connectionString) : IAsyncDisposable
{
    private Process? _process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");

    /// <summary>The memory that it has; null once it has ended.</summary>
    public long? ResidentBytes => Look()?.WorkingSet64;

    /// <summary>How many threads it has; 0 once it has ended.</summary>
    public int Threads => Look()?.Threads.Count ?? 0;

    /// <summary>Starts it; it answers some time later.</summary>
    /// <param name="settings">Settings as the environment has them.</param>
    public void Start(params IEnumerable<(string Name, string Value)> settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
            {
                "exec",
                typeof(LocalHost).Assembly.Location,
                "serve",
                "--connection",
                connectionString,
                "--urls",
                Address.ToString(),
            })
            start.ArgumentList.Add(argument);
        start.Environment["Logging__LogLevel__Default"] = "Error";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        // What is not read would fill the pipe and stop the server.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private Process? Look()
    {
        if (_process is not { HasExited: false } process)
            return null;
        process.Refresh();
        return process;
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
