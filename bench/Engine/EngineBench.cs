using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>Runs a workload on the Local engine in this process.</summary>
internal sealed class EngineBench(Workload workload, BenchEngine engine, bool overHttp)
{
    /// <summary>Runs the workload, checks that the record is complete, and prints the figures.</summary>
    public static async Task<int> RunAsync(Workload workload, string? connection, bool overHttp, CancellationToken cancellationToken)
    {
        var (wall, latencies) = await MeasureAsync(workload, connection, overHttp, cancellationToken);
        Print(workload, wall, latencies);
        return 0;
    }

    /// <summary>Runs the workload and checks that the record is complete.</summary>
    public static async Task<(TimeSpan Wall, Latencies Latencies)> MeasureAsync(
        Workload workload, string? connection, bool overHttp, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(workload, connection, new Dictionary<string, string?>(), cancellationToken);
        var bench = new EngineBench(workload, engine, overHttp);
        await bench.LoopAsync(workload.WarmUp, cancellationToken);
        var (wall, latencies) = await bench.LoopAsync(workload.Executions, cancellationToken);
        await bench.CheckAsync(cancellationToken);
        return (wall, new Latencies(latencies));
    }

    private async Task<(TimeSpan Wall, List<double> Latencies)> LoopAsync(int executions, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        var left = executions;
        var wall = Stopwatch.StartNew();
        async Task WorkAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var started = Stopwatch.GetTimestamp();
                await (overHttp ? engine.RunOverHttpAsync(cancellationToken) : engine.RunAsync(cancellationToken));
                lock (latencies)
                    latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, workload.InFlight).Select(_ => WorkAsync()));
        return (wall.Elapsed, latencies);
    }

    /// <summary>
    /// Every node of every execution has its job with its output, its two events and its task; every execution its metrics.
    /// </summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var executions = workload.Executions + workload.WarmUp;
        var nodes = executions * workload.Nodes;
        const string Counts = """
            WITH e AS (SELECT id FROM workflow_executions WHERE template_id = @template AND status = 'completed' AND progress_percent = 100)
            SELECT
                (SELECT count(*) FROM e),
                (SELECT count(*) FROM agent_jobs WHERE execution_id IN (SELECT id FROM e) AND status = 'completed' AND length(output_data_json::text) >= 200),
                (SELECT count(*) FROM workflow_execution_events WHERE execution_id IN (SELECT id FROM e) AND event_type IN ('node_started', 'node_completed')),
                (SELECT count(*) FROM celery_tasks WHERE execution_id IN (SELECT id FROM e) AND status = 'success'),
                (SELECT count(*) FROM workflow_execution_metrics WHERE execution_id IN (SELECT id FROM e)),
                (SELECT count(*) FROM workflow_checkpoints WHERE execution_id IN (SELECT id FROM e) AND is_latest)
            """;
        await using var command = engine.Database.CreateCommand(Counts);
        command.Parameters.AddWithValue("template", engine.TemplateId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        long[] expected = [executions, nodes, nodes * 2, nodes, executions, executions];
        for (var i = 0; i < expected.Length; i++)
        {
            if (reader.GetInt64(i) != expected[i])
                throw new InvalidOperationException($"The record is not complete: count {i} is {reader.GetInt64(i)}, not {expected[i]}.");
        }
    }

    private static void Print(Workload workload, TimeSpan wall, Latencies figures)
    {
        var nodes = workload.Executions * workload.Nodes;
        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    peer = "workflowfunctions",
                    version = typeof(WorkflowServices)
                        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                        ?.InformationalVersion.Split('+')[0],
                    workload = workload.Name,
                    executions = workload.Executions,
                    nodes,
                    wall_s = Math.Round(wall.TotalSeconds, 3),
                    nodes_per_s = Math.Round(nodes / wall.TotalSeconds, 1),
                    p50_ms = figures.At(0.50),
                    p99_ms = figures.At(0.99),
                }));
    }
}
