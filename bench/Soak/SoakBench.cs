using System.Text.Json;
using Dapper;
using Npgsql;
using WorkflowFunctions.Bench.Chaos;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Bench.Soak;

/// <summary>
/// Loads a server in a process of its own, with a PostgreSQL of its own and telemetry on, for a long time: a line of figures for each
/// minute, and what has become of them between the beginning and the end.
/// </summary>
/// <param name="Minutes">How long.</param>
/// <param name="Rate">Executions that are started each second.</param>
internal sealed record SoakBench(int Minutes, double Rate)
{
    /// <summary>Runs and reports.</summary>
    /// <returns>The exit code: 0 if no request failed and the server stopped as it should.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("workflow-soak-").FullName;
        try
        {
            await using var database = await ChaosDatabase.StartAsync(folder, cancellationToken);
            await using var collector = await SoakCollector.StartAsync(cancellationToken);
            await using var server = await SoakServer.StartAsync(database.ConnectionString, collector.Address, cancellationToken);
            return await RunAsync(database, server, collector, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync(
        ChaosDatabase database, SoakServer server, SoakCollector collector, CancellationToken cancellationToken)
    {
        using var load = new SoakLoad(server.Address, await SoakTemplate.SaveAllAsync(server.Address, cancellationToken), Rate);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var loading = load.RunAsync(end.Token);
        var minutes = new List<SoakMinute>();
        var failures = new Dictionary<string, int>();
        Console.WriteLine(SoakMinute.Heading);
        using (var timer = new PeriodicTimer(TimeSpan.FromMinutes(1)))
        {
            while (minutes.Count < Minutes && await timer.WaitForNextTickAsync(cancellationToken))
            {
                var figures = load.TakeFigures();
                minutes.Add(await MeasureAsync(minutes.Count + 1, load.Streams, figures, database, server));
                Console.WriteLine(minutes[^1]);
                foreach (var failure in figures.Failures)
                    failures[failure] = failures.GetValueOrDefault(failure) + 1;
            }
        }

        // Nobody starts anything any more; streams are open and nodes run when the server is told to stop.
        var (took, exitCode) = await server.StopAsync();
        await end.CancelAsync();
        await loading;
        Report(minutes, failures, collector, took, exitCode);
        return failures.Count == 0 && exitCode == 0 ? 0 : 1;
    }

    private static async Task<SoakMinute> MeasureAsync(
        int minute, int streams, SoakFigures figures, ChaosDatabase database, SoakServer server)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        var connections = await connection.QuerySingleAsync<long>(BenchSql.Read("Soak.connections"));
        var unfinished = await connection.QuerySingleAsync<long>(BenchSql.Read("Chaos.unfinished"));
        var (starts, reads) = (new Latencies(figures.Starts), new Latencies(figures.Reads));
        return new SoakMinute(
            minute, starts.Count, reads.Count, figures.Failures.Count, streams, unfinished, connections, await server.MeasureAsync(),
            starts.At(0.5), starts.At(0.99), reads.At(0.5), reads.At(0.99));
    }

    private void Report(List<SoakMinute> minutes, Dictionary<string, int> failures, SoakCollector collector, TimeSpan took, int exitCode)
    {
        var part = Math.Max(1, minutes.Count / 6);
        var (begin, last) = (minutes.Take(part).ToList(), minutes.TakeLast(part).ToList());
        object Compare(Func<SoakMinute, double> figure) =>
            new { begin = Math.Round(begin.Average(figure), 1), end = Math.Round(last.Average(figure), 1) };
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            minutes = Minutes,
            compared_minutes = part,
            started = minutes.Sum(minute => minute.Started),
            reads = minutes.Sum(minute => minute.Reads),
            failed_requests = failures.Values.Sum(),
            rss_mb = Compare(minute => minute.Size.RssMb),
            heap_mb = Compare(minute => minute.Size.HeapMb),
            threads = Compare(minute => minute.Size.Threads),
            handles = Compare(minute => minute.Size.Handles),
            connections = Compare(minute => minute.Connections),
            unfinished = Compare(minute => minute.Unfinished),
            start_p50_ms = Compare(minute => minute.StartP50),
            start_p99_ms = Compare(minute => minute.StartP99),
            read_p50_ms = Compare(minute => minute.ReadP50),
            read_p99_ms = Compare(minute => minute.ReadP99),
            telemetry_mb = collector.Megabytes,
            stop_s = Math.Round(took.TotalSeconds, 2),
            exit_code = exitCode,
        }));
        foreach (var (failure, times) in failures.OrderByDescending(failure => failure.Value).Take(20))
            Console.WriteLine($"{times} × {failure}");
    }
}
