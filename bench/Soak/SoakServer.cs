using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WorkflowFunctions.Bench.Chaos;
using WorkflowFunctions.Local;

namespace WorkflowFunctions.Bench.Soak;

/// <summary>The server in a process of its own, which is asked for its size over its standard input and answers over its output.</summary>
internal sealed class SoakServer : IAsyncDisposable
{
    /// <summary>What the command line of this program begins with to be the server.</summary>
    public const string Name = "soak-server";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private SoakServer(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The whole program, with something added that says how large it is.</summary>
    public static Task<int> RunAsync(string[] arguments) =>
        LocalProgram.RunAsync(arguments, static services => services.AddHostedService<SizeAnswers>());

    /// <summary>Starts the server, and waits until it is ready.</summary>
    public static async Task<SoakServer> StartAsync(string connectionString, Uri collector, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{ChaosServer.FreePort()}");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[]
            {
                "exec",
                typeof(SoakServer).Assembly.Location,
                Name,
                "serve",
                "--connection",
                connectionString,
                "--urls",
                address.ToString(),
            })
            start.ArgumentList.Add(argument);
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.ToString();
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        var server = new SoakServer(Process.Start(start)!, address);
        using var http = new HttpClient { BaseAddress = address };
        for (var waiting = Stopwatch.StartNew(); waiting.Elapsed < s_patience; await Task.Delay(200, cancellationToken))
        {
            try
            {
                if ((await http.GetAsync("/api/health/ready", cancellationToken)).IsSuccessStatusCode)
                    return server;
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }
        }

        throw new InvalidOperationException("The server is not ready after two minutes.");
    }

    /// <summary>Asks the server for its size; its other lines are printed.</summary>
    public async Task<ServerSize> MeasureAsync()
    {
        await _process.StandardInput.WriteLineAsync("size");
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (ServerSize.Read(line) is { } size)
                return size;
            Console.WriteLine(line);
        }

        throw new InvalidOperationException("The server has gone.");
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>How long it took to stop, and its exit code.</returns>
    public async Task<(TimeSpan Took, int ExitCode)> StopAsync()
    {
        var watch = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return (watch.Elapsed, _process.ExitCode);
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class SizeAnswers : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            new Thread(Answer) { IsBackground = true }.Start();
            return Task.CompletedTask;
        }

        private static void Answer()
        {
            while (Console.ReadLine() is not null)
                Console.WriteLine(ServerSize.Mark + JsonSerializer.Serialize(ServerSize.Measure()));
        }
    }
}
