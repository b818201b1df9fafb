using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>How many tasks workers do that have nothing to do for them: from the first claim until every execution has completed.</summary>
internal sealed class TaskBench(BenchEngine engine, int tasks, int workers, bool isOverHttp)
{
    private const int PerClaim = 20;

    /// <summary>Measures, and prints one JSON line.</summary>
    /// <param name="tasks">How many tasks.</param>
    /// <param name="workers">How many workers at once.</param>
    /// <param name="isOverHttp">Whether they work over HTTP; by SQL otherwise.</param>
    /// <param name="isLoop">Whether the tasks are the items of one loop; each is an execution of its own otherwise.</param>
    /// <param name="connection">The PostgreSQL; null for an embedded one.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<int> RunAsync(
        int tasks, int workers, bool isOverHttp, bool isLoop, string? connection, CancellationToken cancellationToken)
    {
        object work = new { id = "work", type = "task", parentId = isLoop ? "each" : null, data = new { name = "work", args = new[] { 1, 2 } } };
        object each = new { id = "each", type = "for_each", data = new { items = Enumerable.Range(0, tasks), max_parallel = 1000 } };
        var graph = (JsonSerializer.SerializeToElement(isLoop ? [each, work] : new[] { work }), JsonSerializer.SerializeToElement(Array.Empty<object>()));
        await using var engine = await BenchEngine.StartAsync("tasks", graph, connection, new Dictionary<string, string?>(), cancellationToken);
        return await new TaskBench(engine, tasks, workers, isOverHttp).RunAsync(isLoop ? 1 : tasks, isLoop, cancellationToken);
    }

    private async Task<int> RunAsync(int executions, bool isLoop, CancellationToken cancellationToken)
    {
        await Parallel.ForAsync(0, executions, cancellationToken, async (_, ct) => await engine.BeginAsync(ct));
        // A loop lets a thousand of its items wait at once.
        await UntilAsync("SELECT count(*) FROM workflow_tasks", isLoop ? Math.Min(tasks, 1000) : tasks, cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wall = Stopwatch.StartNew();
        var working = Enumerable.Range(0, workers).Select(worker => WorkAsync($"worker-{worker}", done.Token)).ToList();
        await UntilAsync($"SELECT count(*) FROM workflow_executions WHERE template_id = '{engine.TemplateId}' AND status = 'completed'", executions, cancellationToken);
        wall.Stop();
        await done.CancelAsync();
        await Task.WhenAll(working);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workload = isLoop ? "tasks of a loop" : "tasks",
            tasks,
            workers,
            by = isOverHttp ? "http" : "sql",
            tasks_per_s = Math.Round(tasks / wall.Elapsed.TotalSeconds),
        }));
        return 0;
    }

    private async Task WorkAsync(string worker, CancellationToken done)
    {
        try
        {
            while (true)
                await (isOverHttp ? WorkOverHttpAsync(worker, done) : WorkBySqlAsync(worker, done));
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // All is done.
        }
    }

    private async Task WorkOverHttpAsync(string worker, CancellationToken done)
    {
        using var claimed = await engine.PostAsync("/api/workers/tasks/claim", new { worker, max = PerClaim, wait = 1 }, done);
        foreach (var task in (await claimed.Content.ReadFromJsonAsync<JsonElement>(done)).GetProperty("tasks").EnumerateArray())
        {
            var id = Uri.EscapeDataString(task.GetProperty("id").GetString()!);
            using var completed = await engine.PostAsync(
                $"/api/workers/tasks/{id}/complete", new { lease = task.GetProperty("lease").GetString(), output = new { ok = true } }, done);
        }
    }

    /// <summary>As an application does it: each completion is a transaction of its own.</summary>
    private async Task WorkBySqlAsync(string worker, CancellationToken done)
    {
        await using var connection = await engine.Database.OpenConnectionAsync(done);
        var tasks = new List<(string Id, string Lease)>();
        await using (var claim = new NpgsqlCommand("SELECT id, lease FROM workflow_claim_tasks($1, max_tasks => $2)", connection))
        {
            claim.Parameters.Add(new NpgsqlParameter<string> { TypedValue = worker });
            claim.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PerClaim });
            await using var reader = await claim.ExecuteReaderAsync(done);
            while (await reader.ReadAsync(done))
                tasks.Add((reader.GetString(0), reader.GetString(1)));
        }

        foreach (var (id, lease) in tasks)
        {
            await using var complete = new NpgsqlCommand("""SELECT workflow_complete_task($1, '{"ok": true}', $2)""", connection);
            complete.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
            complete.Parameters.Add(new NpgsqlParameter<string> { TypedValue = lease });
            await complete.ExecuteNonQueryAsync(done);
        }

        if (tasks.Count == 0)
            await Task.Delay(10, done);
    }

    private async Task UntilAsync(string count, long expected, CancellationToken cancellationToken)
    {
        await using var command = engine.Database.CreateCommand(count);
        while ((long)(await command.ExecuteScalarAsync(cancellationToken))! < expected)
            await Task.Delay(20, cancellationToken);
    }
}
