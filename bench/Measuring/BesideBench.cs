using System.Diagnostics;
using System.Globalization;
using Dapper;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Measuring;

/// <summary>Runs workflows one after the other, alone and beside maintenance, and watches the memory of the process.</summary>
internal sealed class BesideBench(BenchEngine engine)
{
    /// <summary>Two nodes, one after the other.</summary>
    private static readonly Workload s_workload = new("beside", 0, 1, 0, [1, 1]);

    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(30);

    /// <summary>Measures maintenance, and prints what it did.</summary>
    /// <param name="connection">The filled database.</param>
    /// <param name="settings">Settings of the host.</param>
    /// <param name="maintain">What to measure.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(
        string connection, IReadOnlyDictionary<string, string?> settings, Func<BenchEngine, Task> maintain,
        CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(s_workload, connection, settings, cancellationToken);
        await new BesideBench(engine).MeasureAsync(maintain, cancellationToken);
    }

    private async Task MeasureAsync(Func<BenchEngine, Task> maintain, CancellationToken cancellationToken)
    {
        await WaitForQuietAsync(cancellationToken);
        Show("before", await LoopAsync(Task.Delay(s_before, cancellationToken), cancellationToken));
        var watch = Stopwatch.StartNew();
        var maintenance = maintain(engine);
        Show("beside", await LoopAsync(maintenance, cancellationToken));
        await maintenance;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"done in {watch.Elapsed.TotalSeconds:N0} s"));
    }

    /// <summary>The engine runs what the database holds unfinished.</summary>
    private async Task WaitForQuietAsync(CancellationToken cancellationToken)
    {
        await using var connection = await engine.Database.OpenConnectionAsync(cancellationToken);
        while (await connection.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT 1 FROM workflow_executions WHERE status IN ('pending', 'running'))"))
            await Task.Delay(500, cancellationToken);
    }

    private async Task<(Latencies Latencies, long PeakBytes)> LoopAsync(Task until, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        long peak = 0;
        while (!until.IsCompleted)
        {
            var started = Stopwatch.GetTimestamp();
            await engine.RunAsync(cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            peak = Math.Max(peak, Environment.WorkingSet);
        }

        return (new Latencies(latencies), peak);
    }

    private static void Show(string when, (Latencies Latencies, long PeakBytes) figures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{when}: {figures.Latencies.Count} executions, p50 {figures.Latencies.At(0.5)} ms, p99 {figures.Latencies.At(0.99)} ms, longest "
            + $"{figures.Latencies.At(1)} ms, memory {figures.PeakBytes / (1024 * 1024)} MB"));
}
