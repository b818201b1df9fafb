using System.Diagnostics;
using System.Text.Json;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>Runs the samples in turn, as their users would.</summary>
internal static class MixedBench
{
    /// <summary>Measures, and prints one JSON line.</summary>
    public static async Task<int> RunAsync(string? connection, int executions, int atOnce, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(
            Workload.All["diamond"], connection, new Dictionary<string, string?>(), cancellationToken);
        var templates = new List<string>();
        foreach (var file
            in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.json").Order(StringComparer.Ordinal))
            templates.Add(await engine.SaveAsync(await File.ReadAllTextAsync(file, cancellationToken), cancellationToken));
        foreach (var template in templates)
            await engine.RunOverHttpAsync(template, cancellationToken);

        var latencies = new List<double>();
        var next = -1;
        var wall = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < executions; i = Interlocked.Increment(ref next))
            {
                var started = Stopwatch.GetTimestamp();
                await engine.RunOverHttpAsync(templates[i % templates.Count], cancellationToken);
                lock (latencies)
                    latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }));
        var figures = new Latencies(latencies);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workload = "mixed",
            executions,
            at_once = atOnce,
            wall_s = Math.Round(wall.Elapsed.TotalSeconds, 2),
            executions_per_s = Math.Round(executions / wall.Elapsed.TotalSeconds, 1),
            p50_ms = figures.At(0.5),
            p99_ms = figures.At(0.99),
        }));
        return 0;
    }
}
