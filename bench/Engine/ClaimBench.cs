using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>What a claim takes, while few tasks wait and while many do.</summary>
internal sealed class ClaimBench(BenchEngine engine)
{
    private const int WarmUp = 50;
    private const int Claims = 500;
    private const int PerClaim = 10;

    /// <summary>Measures, and prints one JSON line for each number of tasks that wait.</summary>
    /// <param name="waiting">How many, in ascending order.</param>
    /// <param name="connection">The PostgreSQL; null for an embedded one.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<int> RunAsync(IEnumerable<int> waiting, string? connection, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(
            "claims", TaskBench.DrawTask(), connection, new Dictionary<string, string?>(), cancellationToken);
        var bench = new ClaimBench(engine);
        var before = 0;
        foreach (var number in waiting)
        {
            await Parallel.ForAsync(before, number, cancellationToken, async (_, ct) => await engine.BeginAsync(ct));
            await engine.UntilAsync("SELECT count(*) FROM workflow_tasks", number, cancellationToken);
            before = number;
            // As autovacuum does within a minute or two; meanwhile it would be what is measured.
            await using (var vacuum = engine.Database.CreateCommand(
                "VACUUM (ANALYZE) workflow_tasks, celery_tasks, agent_jobs, workflow_executions"))
            {
                await vacuum.ExecuteNonQueryAsync(cancellationToken);
            }

            await bench.MeasureAsync(number, cancellationToken);
        }

        return 0;
    }

    private async Task MeasureAsync(int waiting, CancellationToken cancellationToken)
    {
        await LoopAsync(WarmUp, ClaimBySqlAsync, cancellationToken);
        var bySql = await LoopAsync(Claims, ClaimBySqlAsync, cancellationToken);
        await LoopAsync(WarmUp, ClaimOverHttpAsync, cancellationToken);
        var overHttp = await LoopAsync(Claims, ClaimOverHttpAsync, cancellationToken);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workload = "claims",
            waiting,
            per_claim = PerClaim,
            sql_p50_ms = bySql.At(0.5),
            sql_p99_ms = bySql.At(0.99),
            http_p50_ms = overHttp.At(0.5),
            http_p99_ms = overHttp.At(0.99),
        }));
    }

    /// <summary>What is claimed goes back, so that the next claim finds as many.</summary>
    private async Task<Latencies> LoopAsync(
        int times, Func<CancellationToken, Task<IReadOnlyList<string>>> claim, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        while (latencies.Count < times)
        {
            var started = Stopwatch.GetTimestamp();
            var tasks = await claim(cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (tasks.Count != PerClaim)
                throw new InvalidOperationException($"{tasks.Count} tasks were claimed, not {PerClaim}.");
            await using var release = engine.Database.CreateCommand("SELECT workflow_release_task(id) FROM unnest($1) AS t(id)");
            release.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. tasks] });
            await release.ExecuteNonQueryAsync(cancellationToken);
        }

        return new Latencies(latencies);
    }

    private async Task<IReadOnlyList<string>> ClaimBySqlAsync(CancellationToken cancellationToken)
    {
        await using var connection = await engine.Database.OpenConnectionAsync(cancellationToken);
        return [.. (await TaskBench.ClaimAsync(connection, "bench", PerClaim, cancellationToken)).Select(task => task.Id)];
    }

    private async Task<IReadOnlyList<string>> ClaimOverHttpAsync(CancellationToken cancellationToken)
    {
        using var claimed = await engine.PostAsync("/api/workers/tasks/claim", new { worker = "bench", max = PerClaim }, cancellationToken);
        var tasks = (await claimed.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("tasks");
        return [.. tasks.EnumerateArray().Select(task => task.GetProperty("id").GetString()!)];
    }
}
