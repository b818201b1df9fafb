using System.Diagnostics;
using System.Text.Json;
using WorkflowFunctions.Bench.Fill;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>
/// What a node costs: in one execution of many nodes, in many executions at once, and beside many that are in the tables already.
/// </summary>
internal static class ScaleBench
{
    private static readonly int[] s_nodes = [10, 30, 100, 300, 1_000, 3_000, 10_000];

    private static readonly int[] s_atOnce = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000];

    private static readonly int[] s_inTables = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Measures, prints a JSON line for each point, and draws the curves.</summary>
    /// <param name="connection">The PostgreSQL; null for an embedded one.</param>
    /// <param name="hasEffects">Whether the nodes are such as have effects, each committed before the next.</param>
    /// <param name="filled">A database to fill with up to a million executions; null to leave that curve out.</param>
    /// <param name="plot">Where to draw; null for nowhere.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RunAsync(
        string? connection, bool hasEffects, string? filled, FileInfo? plot, CancellationToken cancellationToken)
    {
        var type = hasEffects ? "effect" : "transform";
        List<Curve> curves =
        [
            await MeasureAsync("nodes in a chain", s_nodes, nodes => Chain(nodes, type), connection, cancellationToken),
            await MeasureAsync("nodes side by side", s_nodes, nodes => Fan(nodes, type), connection, cancellationToken),
            await MeasureAsync("executions of five nodes at once", s_atOnce, count => Diamonds(count, type), connection, cancellationToken),
        ];
        if (filled is not null)
            curves.Add(await MeasureFilledAsync(filled, type, cancellationToken));
        if (plot is not null)
        {
            var title = "Microseconds for a node" + (hasEffects ? " with an effect" : "");
            await File.WriteAllTextAsync(plot.FullName, Plot.Draw(title, curves), cancellationToken);
        }

        return 0;
    }

    /// <summary>
    /// Measures how many handlers can be under way at once: chains of five nodes, all started together, whose handlers wait. Prints a JSON
    /// line for each number of them, with what would be done if nothing but the handlers took time, and the memory.
    /// </summary>
    /// <param name="milliseconds">How long a handler takes.</param>
    /// <param name="connection">The PostgreSQL; null for an embedded one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RunInFlightAsync(int milliseconds, string? connection, CancellationToken cancellationToken)
    {
        foreach (var atOnce in s_atOnce)
        {
            var load = new Workload(
                "in flight", Math.Max(100, 2 * atOnce), atOnce, Math.Min(atOnce, 100), [1, 1, 1, 1, 1], "effect", milliseconds);
            var (wall, latencies) = await EngineBench.MeasureAsync(load, connection, overHttp: false, cancellationToken);
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                workload = "in flight",
                at_once = atOnce,
                handler_ms = milliseconds,
                nodes_per_s = Math.Round(load.Executions * load.Nodes / wall.TotalSeconds),
                handlers_allow = atOnce * 1000 / milliseconds,
                p50_ms = latencies.At(0.5),
                p99_ms = latencies.At(0.99),
                peak_mb = process.PeakWorkingSet64 / (1024 * 1024),
            }));
        }

        return 0;
    }

    // As many executions as make some thousand nodes, so that each point takes about as long.
    private static Workload Chain(int nodes, string type) =>
        new("chain", Math.Max(2, 4_000 / nodes), 1, 2, [.. Enumerable.Repeat(1, nodes)], type);

    private static Workload Fan(int nodes, string type) => new("fan", Math.Max(2, 4_000 / nodes), 1, 2, [1, nodes - 2, 1], type);

    private static Workload Diamonds(int atOnce, string type) =>
        new("diamond", Math.Max(600, atOnce), atOnce, Math.Min(atOnce, 100), [1, 3, 1], type);

    private static Task<Curve> MeasureFilledAsync(string connection, string type, CancellationToken cancellationToken) => MeasureAsync(
        "executions in the tables, 50 of five nodes at once",
        s_inTables,
        _ => Diamonds(50, type) with { Executions = 2_000 },
        connection,
        cancellationToken,
        async size =>
        {
            await using var database = await BenchDatabase.OpenAsync(connection, cancellationToken);
            await new Filler(database, size, 10_000).RunAsync(cancellationToken);
        });

    private static async Task<Curve> MeasureAsync(
        string name, IEnumerable<int> sizes, Func<int, Workload> workload, string? connection, CancellationToken cancellationToken,
        Func<int, Task>? prepare = null)
    {
        var points = new List<(double X, double Y)>();
        foreach (var size in sizes)
        {
            if (prepare is not null)
                await prepare(size);
            var load = workload(size);
            var (wall, latencies) = await EngineBench.MeasureAsync(load, connection, overHttp: false, cancellationToken);
            var microseconds = Math.Round(wall.TotalMicroseconds / (load.Executions * load.Nodes), 1);
            points.Add((size, microseconds));
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                workload = "scale",
                curve = name,
                size,
                executions = load.Executions,
                us_per_node = microseconds,
                p50_ms = latencies.At(0.5),
                p99_ms = latencies.At(0.99),
            }));
        }

        return new Curve(name, points);
    }
}
