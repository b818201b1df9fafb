using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>How fast the API answers while executions run.</summary>
internal sealed class ApiBench(BenchEngine engine)
{
    private const int Writers = 10;

    private readonly ConcurrentDictionary<string, ConcurrentBag<double>> _latencies = new(StringComparer.Ordinal);
    private long _executions;

    /// <summary>Measures, and prints one JSON line for each address.</summary>
    public static async Task<int> RunAsync(string? connection, TimeSpan time, int readers, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(
            Workload.All["diamond"], connection, new Dictionary<string, string?>(), cancellationToken);
        return await new ApiBench(engine).RunAsync(time, readers, cancellationToken);
    }

    private async Task<int> RunAsync(TimeSpan time, int readers, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Writers; i++)
            await engine.RunAsync(cancellationToken);
        var id = (await engine.BeginAsync(cancellationToken)).Id;
        string[] addresses =
        [
            "/api/executions?limit=50", $"/api/executions/{id}", $"/api/executions/{id}/state", $"/api/executions/{id}/events",
            $"/api/executions/{id}/progress", $"/api/templates/{engine.TemplateId}",
        ];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(time);
        var wall = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable.Range(0, Writers).Select(_ => WriteAsync(enough.Token))
                .Concat(Enumerable.Range(0, readers).Select(reader => ReadAsync(addresses, reader, enough.Token))));
        foreach (var address in addresses)
        {
            var figures = new Latencies(_latencies[address]);
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                workload = "api",
                address = address.Replace(id, "{id}", StringComparison.Ordinal)
                    .Replace(engine.TemplateId, "{id}", StringComparison.Ordinal),
                readers,
                executions_per_s = Math.Round(_executions / wall.Elapsed.TotalSeconds),
                reads_per_s = Math.Round(figures.Count / wall.Elapsed.TotalSeconds),
                p50_ms = figures.At(0.5),
                p99_ms = figures.At(0.99),
            }));
        }

        return 0;
    }

    private async Task WriteAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await engine.RunAsync(CancellationToken.None);
            Interlocked.Increment(ref _executions);
        }
    }

    private async Task ReadAsync(string[] addresses, int reader, CancellationToken enough)
    {
        for (var i = reader; !enough.IsCancellationRequested; i++)
        {
            var address = addresses[i % addresses.Length];
            var started = Stopwatch.GetTimestamp();
            await engine.GetAsync(address);
            _latencies.GetOrAdd(address, static _ => []).Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}
