using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using WorkflowFunctions.Local.Hosting;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>The real server in a process of its own, which can be killed.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Client = new ApiClient(address);
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Talks to the server.</summary>
    public ApiClient Client { get; }

    /// <summary>What the server has printed.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_output)
                return [.. _output];
        }
    }

    /// <summary>What the server ended with.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the server on a database with settings of its environment, and waits until it is ready.</summary>
    public static Task<ServerProcess> StartAsync(
        string connectionString, CancellationToken cancellationToken, params IReadOnlyList<(string Name, string Value)> environment) =>
        StartAsync(
            typeof(LocalHost).Assembly, ["serve", "--connection", connectionString], null, new Uri($"http://127.0.0.1:{FreePort.Find()}"),
            cancellationToken, environment);

    /// <summary>Starts the server of a team's own program on a database and waits until it is ready.</summary>
    public static Task<ServerProcess> StartAsync(Assembly program, string connectionString, CancellationToken cancellationToken) =>
        StartAsync(program, ["serve", "--connection", connectionString], null, cancellationToken);

    /// <summary>Starts the server at an address, where another one may have been.</summary>
    public static Task<ServerProcess> StartAsync(string connectionString, Uri address, CancellationToken cancellationToken) =>
        StartAsync(typeof(LocalHost).Assembly, ["serve", "--connection", connectionString], null, address, cancellationToken);

    /// <summary>Starts the server with nothing configured: it brings its own PostgreSQL, in that folder.</summary>
    public static Task<ServerProcess> StartEmbeddedAsync(string folder, CancellationToken cancellationToken) =>
        StartAsync(
            typeof(LocalHost).Assembly, [], folder, new Uri($"http://127.0.0.1:{FreePort.Find()}"), cancellationToken,
            ("EmbeddedPostgres__DataDirectory", ".data"));

    /// <summary>Starts the program with arguments, in a folder, with settings of its environment.</summary>
    public static Process Run(
        IEnumerable<string> arguments, string? folder = null, params IEnumerable<(string Name, string Value)> environment) =>
        Run(typeof(LocalHost).Assembly, arguments, folder, environment);

    /// <summary>Starts any program with arguments, in a folder, with settings of its environment.</summary>
    public static Process Run(
        Assembly program, IEnumerable<string> arguments, string? folder = null, params IEnumerable<(string Name, string Value)> environment)
    {
        var start =
            new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(program.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Code that is compiled quickly rather than well: these processes do not live long.
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>
    /// Waits until a server that was started answers at its address. What it prints, both streams of it redirected, is kept.
    /// </summary>
    public static async Task<ServerProcess> WatchAsync(Process process, Uri address, CancellationToken cancellationToken)
    {
        var server = new ServerProcess(process, address);
        while (!await server.IsReadyAsync(cancellationToken))
        {
            if (server._process.HasExited)
                throw new InvalidOperationException("The server stopped:\n" + string.Join('\n', server.Output));
            await Task.Delay(30, cancellationToken);
        }

        return server;
    }

    /// <summary>SIGKILL: nothing is said goodbye to.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: the server is asked to stop. Unlike SIGINT, it reaches a process whose shell runs in the background.</summary>
    public async Task StopAsync()
    {
        Terminate();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, without waiting for what comes of it.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Completes when the process has ended.</summary>
    public Task ExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        Client.Dispose();
        _process.Dispose();
    }

    private static Task<ServerProcess> StartAsync(
        Assembly program, string[] arguments, string? folder, CancellationToken cancellationToken) =>
        StartAsync(program, arguments, folder, new Uri($"http://127.0.0.1:{FreePort.Find()}"), cancellationToken);

    private static Task<ServerProcess> StartAsync(
        Assembly program, string[] arguments, string? folder, Uri address, CancellationToken cancellationToken,
        params IReadOnlyList<(string Name, string Value)> environment) =>
        WatchAsync(Run(program, [.. arguments, "--urls", address.ToString()], folder, environment), address, cancellationToken);

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Client.Http.GetAsync("/api/health/ready", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Note(string? line)
    {
        lock (_output)
            _output.Add(line ?? "");
    }
}
