using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>How many tasks workers do that have nothing to do for them: from the first claim until every execution has completed.</summary>
internal sealed class TaskBench(BenchEngine engine, int workers, bool isOverHttp)
{
    private const int PerClaim = 20;
    private const int LoopItems = 1_000;
    private const int WarmUp = 1_000;

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
        await using var engine = await BenchEngine.StartAsync(
            "tasks", isLoop ? DrawLoop(tasks) : DrawTask(), connection, new Dictionary<string, string?>(), cancellationToken);
        var bench = new TaskBench(engine, workers, isOverHttp);
        // A loop lets a thousand of its items wait at once.
        var (executions, waiting) = isLoop ? (1, Math.Min(tasks, LoopItems)) : (tasks, tasks);
        await bench.WorkOffAsync(isLoop ? 1 : WarmUp, isLoop ? waiting : WarmUp, cancellationToken);
        var taken = await bench.WorkOffAsync(executions, waiting, cancellationToken);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workload = isLoop ? "tasks of a loop" : "tasks",
            tasks,
            workers,
            by = isOverHttp ? "http" : "sql",
            tasks_per_s = Math.Round(tasks / taken.TotalSeconds),
        }));
        return 0;
    }

    /// <summary>A workflow of one task.</summary>
    public static (JsonElement Nodes, JsonElement Edges) DrawTask() => Graph(Work(loop: null));

    /// <summary>By SQL.</summary>
    public static async Task<IReadOnlyList<(string Id, string Lease)>> ClaimAsync(
        NpgsqlConnection connection, string worker, int max, CancellationToken cancellationToken)
    {
        var tasks = new List<(string Id, string Lease)>();
        await using var claim = new NpgsqlCommand("SELECT id, lease FROM workflow_claim_tasks($1, max_tasks => $2)", connection);
        claim.Parameters.Add(new NpgsqlParameter<string> { TypedValue = worker });
        claim.Parameters.Add(new NpgsqlParameter<int> { TypedValue = max });
        await using var reader = await claim.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            tasks.Add((reader.GetString(0), reader.GetString(1)));
        return tasks;
    }

    private static (JsonElement Nodes, JsonElement Edges) DrawLoop(int tasks) => Graph(
        new { id = "each", type = "for_each", data = new { items = Enumerable.Range(0, tasks), max_parallel = LoopItems } }, Work("each"));

    private static object Work(string? loop) =>
        new { id = "work", type = "task", parentId = loop, data = new { name = "work", args = new[] { 1, 2 } } };

    private static (JsonElement Nodes, JsonElement Edges) Graph(params object[] nodes) =>
        (JsonSerializer.SerializeToElement(nodes), JsonSerializer.SerializeToElement(Array.Empty<object>()));

    /// <summary>Has workers do tasks that wait already, until every execution has completed.</summary>
    private async Task<TimeSpan> WorkOffAsync(int executions, int waiting, CancellationToken cancellationToken)
    {
        await Parallel.ForAsync(0, executions, cancellationToken, async (_, ct) => await engine.BeginAsync(ct));
        await engine.UntilAsync("SELECT count(*) FROM workflow_tasks", waiting, cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wall = Stopwatch.StartNew();
        var working = Enumerable.Range(0, workers).Select(worker => WorkAsync($"worker-{worker}", done.Token)).ToList();
        await engine.UntilAsync(
            "SELECT (NOT EXISTS (SELECT 1 FROM workflow_executions WHERE status IN ('pending', 'running')))::int::bigint", 1,
            cancellationToken);
        var taken = wall.Elapsed;
        await done.CancelAsync();
        await Task.WhenAll(working);
        return taken;
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
                $"/api/workers/tasks/{id}/complete", new { lease = task.GetProperty("lease").GetString(), output = new { ok = true } },
                done);
        }
    }

    /// <summary>
    /// As an application does it: each completion is a transaction of its own, and the statement is prepared, as drivers do it by
    /// themselves.
    /// </summary>
    private async Task WorkBySqlAsync(string worker, CancellationToken done)
    {
        await using var connection = await engine.Database.OpenConnectionAsync(done);
        var tasks = await ClaimAsync(connection, worker, PerClaim, done);
        foreach (var (id, lease) in tasks)
        {
            await using var complete = new NpgsqlCommand("""SELECT workflow_complete_task($1, '{"ok": true}', $2)""", connection);
            complete.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
            complete.Parameters.Add(new NpgsqlParameter<string> { TypedValue = lease });
            await complete.PrepareAsync(done);
            await complete.ExecuteNonQueryAsync(done);
        }

        if (tasks.Count == 0)
            await Task.Delay(10, done);
    }
}
