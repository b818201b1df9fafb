using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>Azure Storage in a process of this machine: Azurite, which npm brings once into the user's folder for such things.</summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    /// <summary>The version of Azurite that the tests are for.</summary>
    public const string Version = "3.35.0";

    /// <summary>The key of Azurite's account, which is the same everywhere.</summary>
    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private AzuriteProcess(Process process, string connectionString) => (_process, ConnectionString) = (process, connectionString);

    /// <summary>The account: blobs, queues and tables.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It could not be started. The message says why.</exception>
    public static async Task<AzuriteProcess> StartAsync()
    {
        try
        {
            var folder = Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
                "workflow-functions", $"azurite-{Version}");
            if (!Directory.Exists(folder))
                await InstallAsync(folder);
            var ports = FreePort.Find(3);
            var azurite = new AzuriteProcess(
                Start(
                    "node", Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js"), "--blobHost", "127.0.0.1",
                    "--blobPort", Text(ports[0]), "--queueHost", "127.0.0.1", "--queuePort", Text(ports[1]), "--tableHost", "127.0.0.1",
                    "--tablePort", Text(ports[2]), "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"),
                $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={AccountKey};"
                + $"BlobEndpoint={Endpoint(ports[0])};QueueEndpoint={Endpoint(ports[1])};TableEndpoint={Endpoint(ports[2])}");
            foreach (var port in ports)
                await azurite.AnswersAsync(port);
            return azurite;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"Node.js is needed. {exception.Message}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task InstallAsync(string folder)
    {
        // Its name is given to it when it is whole.
        var unfinished = $"{folder}.{Guid.NewGuid():N}";
        string[] arguments =
        [
            "install", "--prefix", unfinished, "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund",
            "--loglevel=error", $"azurite@{Version}",
        ];
        using var npm = OperatingSystem.IsWindows() ? Start("cmd.exe", ["/c", "npm", .. arguments]) : Start("npm", arguments);
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.StandardOutput.ReadToEndAsync();
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"npm could not fetch it. {(await errors).Trim()}");
        if (Directory.Exists(folder))
            Directory.Delete(unfinished, recursive: true);
        else
            Directory.Move(unfinished, folder);
    }

    private async Task AnswersAsync(int port)
    {
        var begun = Stopwatch.StartNew();
        while (begun.Elapsed < s_patience && !_process.HasExited)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        await DisposeAsync();
        throw new InvalidOperationException("It does not answer.");
    }

    private static Process Start(string program, params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static string Endpoint(int port) => $"http://127.0.0.1:{Text(port)}/devstoreaccount1";
}
