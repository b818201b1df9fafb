using System.Diagnostics;
using System.Text.Json;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>What executions cost that wait for an approval, and how fast they go on when all are answered.</summary>
internal sealed class WaitBench(BenchEngine engine, int executions)
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(15);

    /// <summary>Measures, and prints one JSON line.</summary>
    public static async Task<int> RunAsync(int executions, string? connection, CancellationToken cancellationToken)
    {
        var nodes = JsonSerializer.SerializeToElement(
            new object[] { new { id = "ask", type = "approval", data = new { } }, new { id = "end", type = "merge" } });
        var edges = JsonSerializer.SerializeToElement(
            new object[] { new { id = "e", source = "ask", target = "end", sourceHandle = "approved" } });
        await using var engine = await BenchEngine.StartAsync(
            "wait", (nodes, edges), connection, new Dictionary<string, string?>(), cancellationToken);
        return await new WaitBench(engine, executions).RunAsync(cancellationToken);
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var before = Memory();
        var wall = Stopwatch.StartNew();
        var ids = new string[executions];
        await Parallel.ForAsync(0, executions, cancellationToken, async (i, ct) => ids[i] = (await engine.BeginAsync(ct)).Id);
        var begun = wall.Elapsed;
        await UntilAsync("SELECT count(*) FROM workflow_executions WHERE template_id = $1 AND wake_at = 'infinity'", cancellationToken);
        var toWait = wall.Elapsed;
        var waiting = Memory();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var wal = await WrittenAsync(cancellationToken);
        await Task.Delay(s_idle, cancellationToken);
        var idle = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var idleWal = await WrittenAsync(cancellationToken) - wal;

        wall.Restart();
        var signals = engine.Get<SignalStore>();
        const string Answer = """{ "decision": "approved" }""";
        await Parallel.ForEachAsync(ids, cancellationToken, async (id, ct) =>
        {
            await signals.AnswerAsync(new Question(id, "ask", ["ask"]), Answer, "bench", static _ => Answer, ct);
            await engine.Get<IEngine>().SignalAsync(id, EngineSignals.NodePrefix + "ask", null, ct);
        });
        await UntilAsync("SELECT count(*) FROM workflow_executions WHERE template_id = $1 AND status = 'completed'", cancellationToken);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workload = "wait",
            executions,
            begun_s = Math.Round(begun.TotalSeconds, 1),
            until_all_wait_s = Math.Round(toWait.TotalSeconds, 1),
            bytes_per_waiting = (waiting - before) / executions,
            memory_waiting_mb = waiting / (1024 * 1024),
            idle_cpu_percent = Math.Round(100 * idle / s_idle, 1),
            idle_wal_bytes_per_s = Math.Round(idleWal / s_idle.TotalSeconds),
            until_all_completed_s = Math.Round(wall.Elapsed.TotalSeconds, 1),
        }));
        return 0;
    }

    /// <summary>What PostgreSQL has written to its log so far, in bytes. A commit that changes nothing writes nothing.</summary>
    private async Task<long> WrittenAsync(CancellationToken cancellationToken)
    {
        await using var command = engine.Database.CreateCommand("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>What this process holds, in bytes.</summary>
    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true);

    private async Task UntilAsync(string count, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using (var command = engine.Database.CreateCommand(count))
            {
                command.Parameters.AddWithValue(engine.TemplateId);
                if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == executions)
                    return;
            }

            await Task.Delay(100, cancellationToken);
        }
    }
}
