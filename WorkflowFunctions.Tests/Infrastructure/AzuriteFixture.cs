using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using WorkflowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>
/// Azure Blob Storage for all tests: Azurite, which npm brings once into the user's folder for such things. Where npm cannot, the
/// tests that need it are skipped.
/// </summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    private const string Version = "3.35.0";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Lazy<Task<string?>> _started;
    private readonly int _port = FreePort();
    private Process? _server;

    public AzuriteFixture() => _started = new Lazy<Task<string?>>(StartAsync);

    /// <summary>The account as a connection string. The first call starts the server.</summary>
    /// <param name="key">The account's key; the right one unless a test wants another.</param>
    public async Task<string> ConnectAsync(string key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")
    {
        if (await _started.Value is { } problem)
            Assert.Skip($"Azurite could not be started: {problem}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={key};BlobEndpoint=http://127.0.0.1:{_port}/devstoreaccount1");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
    }

    /// <returns>Why it could not be started; null if it was.</returns>
    private async Task<string?> StartAsync()
    {
        try
        {
            var folder = Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
                "workflow-functions", $"azurite-{Version}");
            if (!Directory.Exists(folder) && await InstallAsync(folder) is { } problem)
                return problem;
            _server = Start(
                "node", Path.Combine(folder, "node_modules", "azurite", "dist", "src", "blob", "main.js"), "--blobHost", "127.0.0.1",
                "--blobPort", _port.ToString(CultureInfo.InvariantCulture), "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent");
            return await AnswersAsync() ? null : "it does not answer.";
        }
        catch (Win32Exception exception)
        {
            return $"Node.js is needed. {exception.Message}";
        }
    }

    private static async Task<string?> InstallAsync(string folder)
    {
        // Its name is given to it when it is whole.
        var unfinished = $"{folder}.{Guid.NewGuid():N}";
        string[] arguments =
            ["install", "--prefix", unfinished, "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", $"azurite@{Version}"];
        using var npm = OperatingSystem.IsWindows() ? Start("cmd.exe", ["/c", "npm", .. arguments]) : Start("npm", arguments);
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.StandardOutput.ReadToEndAsync();
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
            return $"npm could not fetch it. {(await errors).Trim()}";
        if (Directory.Exists(folder))
            Directory.Delete(unfinished, recursive: true);
        else
            Directory.Move(unfinished, folder);
        return null;
    }

    private async Task<bool> AnswersAsync()
    {
        var begun = Stopwatch.StartNew();
        while (begun.Elapsed < s_patience && !_server!.HasExited)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, _port);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }

    private static Process Start(string program, params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
