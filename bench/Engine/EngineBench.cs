using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Local.Hosting;
using WorkflowFunctions.Orchestration;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Executions;
using WorkflowFunctions.Record.Templates;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>Runs a workload on the Local engine in this process, with everything on that is on by default.</summary>
internal sealed class EngineBench
{
    private readonly Workload _workload;
    private readonly string _templateId = Ids.New("tpl");
    private readonly TemplateStore _templates;
    private readonly ExecutionStore _executions;
    private readonly ExecutionChanges _changes;
    private readonly IEngine _engine;
    private readonly NpgsqlDataSource _database;
    private string _version = "";

    private EngineBench(Workload workload, IServiceProvider services)
    {
        _workload = workload;
        _templates = services.GetRequiredService<TemplateStore>();
        _executions = services.GetRequiredService<ExecutionStore>();
        _changes = services.GetRequiredService<ExecutionChanges>();
        _engine = services.GetRequiredService<IEngine>();
        _database = services.GetRequiredService<NpgsqlDataSource>();
    }

    /// <summary>Runs the workload, checks that the record is complete, and prints the figures.</summary>
    public static async Task<int> RunAsync(Workload workload, string? connection, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:Workflow"] = connection,
            ["EmbeddedPostgres:DataDirectory"] = Path.Combine(".data", "bench"),
            ["Logging:LogLevel:Default"] = "Warning",
            ["urls"] = "http://127.0.0.1:0",
        };
        await using var host = await LocalHost.CreateAsync(settings, null, cancellationToken);
        await host.App.StartAsync(cancellationToken);
        while (!host.App.Services.GetRequiredService<LocalEngine>().IsLeading)
            await Task.Delay(10, cancellationToken);
        var bench = new EngineBench(workload, host.App.Services);
        await bench.PrepareAsync(cancellationToken);
        await bench.LoopAsync(workload.WarmUp, cancellationToken);
        var (wall, latencies) = await bench.LoopAsync(workload.Executions, cancellationToken);
        await bench.CheckAsync(cancellationToken);
        Print(workload, wall, latencies);
        await host.App.StopAsync(CancellationToken.None);
        return 0;
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var (nodes, edges) = _workload.Draw();
        await _templates.CreateAsync(
            new TemplateRow { Id = _templateId, Name = _workload.Name, WorkspaceId = "default", NodesJson = nodes, EdgesJson = edges }, cancellationToken);
        _version = (await _templates.FindVersionAsync(_templateId, cancellationToken))!.Version;
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
                await RunOneAsync(cancellationToken);
                lock (latencies)
                    latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, _workload.InFlight).Select(_ => WorkAsync()));
        return (wall.Elapsed, latencies);
    }

    private async Task RunOneAsync(CancellationToken cancellationToken)
    {
        var (row, _) = await _executions.StartAsync(
            new NewExecution
            {
                Id = Ids.New("exec"),
                TemplateId = _templateId,
                TemplateVersion = _version,
                ProjectId = "default",
                WorkspaceId = "default",
                UserId = "default",
                ConfigJson = "{}",
            },
            cancellationToken);
        await _engine.StartAsync(row.Id, cancellationToken);
        while (!ExecutionStatus.IsEnded(row.Status))
        {
            var next = _changes.Next(row.Id);
            row = (await _executions.FindAsync(row.Id, cancellationToken))!;
            if (!ExecutionStatus.IsEnded(row.Status))
                await next.WaitAsync(cancellationToken);
        }

        if (row.Status != ExecutionStatus.Completed)
            throw new InvalidOperationException($"Execution {row.Id} is {row.Status}: {row.ErrorMessage}");
    }

    /// <summary>Every node of every execution has its job with its output, its two events and its task; every execution its metrics.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var executions = _workload.Executions + _workload.WarmUp;
        var nodes = executions * _workload.Nodes;
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
        await using var command = _database.CreateCommand(Counts);
        command.Parameters.AddWithValue("template", _templateId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        long[] expected = [executions, nodes, nodes * 2, nodes, executions, executions];
        for (var i = 0; i < expected.Length; i++)
        {
            if (reader.GetInt64(i) != expected[i])
                throw new InvalidOperationException($"The record is not complete: count {i} is {reader.GetInt64(i)}, not {expected[i]}.");
        }
    }

    private static void Print(Workload workload, TimeSpan wall, List<double> latencies)
    {
        latencies.Sort();
        var nodes = workload.Executions * workload.Nodes;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            peer = "workflowfunctions",
            version = typeof(WorkflowServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
            workload = workload.Name,
            executions = workload.Executions,
            nodes,
            wall_s = Math.Round(wall.TotalSeconds, 3),
            nodes_per_s = Math.Round(nodes / wall.TotalSeconds, 1),
            p50_ms = Percentile(latencies, 0.50),
            p99_ms = Percentile(latencies, 0.99),
        }));
    }

    private static double Percentile(List<double> sorted, double fraction) =>
        Math.Round(sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * fraction) - 1)], 2);
}
