using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>
/// Runs a workflow for each row of a list, while a person runs the same one over and over, and watches the memory of the process.
/// </summary>
internal sealed class BatchBench(BenchEngine engine)
{
    private const int Parts = 10;

    private static readonly TimeSpan s_alone = TimeSpan.FromSeconds(15);

    /// <summary>Five nodes, each committed by itself.</summary>
    private static readonly Workload s_workload = new("batch", 0, 1, 0, [1, 3, 1], "effect");

    /// <summary>Measures, and prints one JSON line.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="maxParallel">How many of them run at once.</param>
    /// <param name="connection">The PostgreSQL; null for an embedded one.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<int> RunAsync(int rows, int maxParallel, string? connection, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(s_workload, connection, new Dictionary<string, string?>(), cancellationToken);
        await new BatchBench(engine).RunAsync(rows, maxParallel, cancellationToken);
        return 0;
    }

    private async Task RunAsync(int rows, int maxParallel, CancellationToken cancellationToken)
    {
        await LoopAsync(Task.Delay(s_alone / 3, cancellationToken), cancellationToken);
        var alone = await LoopAsync(Task.Delay(s_alone, cancellationToken), cancellationToken);

        var wall = Stopwatch.StartNew();
        using var accepted = await engine.PostAsync(
            $"/api/batches?template_id={engine.TemplateId}&max_parallel={maxParallel}",
            Enumerable.Range(1, rows).Select(number => new { number }), cancellationToken);
        var batch = (await accepted.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetString()!;
        var memory = WatchAsync(batch, rows, cancellationToken);
        var beside = await LoopAsync(memory, cancellationToken);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workload = "batch",
            rows,
            max_parallel = maxParallel,
            wall_s = Math.Round(wall.Elapsed.TotalSeconds, 1),
            alone = Show(alone),
            beside = Show(beside),
            memory_mb = await memory,
        }));
    }

    /// <summary>A person starts an execution, and the next one when it is done.</summary>
    private async Task<Latencies> LoopAsync(Task until, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        while (!until.IsCompleted)
        {
            var started = Stopwatch.GetTimestamp();
            await engine.RunOverHttpAsync(cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(20, cancellationToken);
        }

        return new Latencies(latencies);
    }

    /// <summary>What the process had at the most, in each part of the rows.</summary>
    private async Task<IReadOnlyList<long>> WatchAsync(string batch, int rows, CancellationToken cancellationToken)
    {
        var peaks = new long[Parts];
        long completed;
        do
        {
            await Task.Delay(100, cancellationToken);
            await using var command = engine.Database.CreateCommand(
                "SELECT count(*) FROM workflow_batch_rows WHERE batch_id = $1 AND status = 'completed'");
            command.Parameters.AddWithValue(batch);
            completed = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
            var part = (int)Math.Min(completed * Parts / rows, Parts - 1);
            peaks[part] = Math.Max(peaks[part], Environment.WorkingSet);
        }
        while (completed < rows);
        return [.. peaks.Select(bytes => bytes / (1024 * 1024))];
    }

    private static object Show(Latencies figures) => new { runs = figures.Count, p50_ms = figures.At(0.5), p99_ms = figures.At(0.99) };
}
