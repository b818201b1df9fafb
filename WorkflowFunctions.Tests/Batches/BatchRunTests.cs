using System.Net;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Batches;

/// <summary>How batches run on a server: their limits, what people do with them, and what comes of them.</summary>
public class BatchRunTests(PostgresFixture postgres)
{
    private const string Csv = "text/csv";

    [Fact]
    public async Task A_batch_pauses_at_its_cost_and_goes_on_with_more()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, configure: EngineTestbed.AddNodes);
        var template = await server.Client.SaveAsync(new Drawing("cost").Node("pay", "flaky", new { cost = 0.5 }).ToFile());

        var batch = await server.Client.SendRowsAsync(template, Csv, "n\n1\n2\n3\n4\n5\n6\n", "max_parallel=1&max_cost_usd=1");
        var paused = await server.Client.BatchAsync(batch.Id, row => row.State == "paused");
        Assert.Equal((2, 4, 1m), (paused["rows_completed"].GetInt32(), paused["rows_pending"].GetInt32(), paused["cost_usd"].GetDecimal()));
        Assert.Contains("max_cost_usd", paused["reason"].GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await server.Client.PostAsync($"/api/batches/{batch.Id}/pause")).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest, (await server.Client.PostAsync($"/api/batches/{batch.Id}/resume", new { max_parallel = 0 })).Status);
        await server.Client.PostAsync($"/api/batches/{batch.Id}/resume", new { max_cost_usd = 10, max_parallel = 4 });
        var ended = await server.Client.BatchAsync(batch.Id, row => row.State == "completed");
        Assert.Equal((6, 3m, 4), (ended["rows_completed"].GetInt32(), ended["cost_usd"].GetDecimal(), ended["max_parallel"].GetInt32()));
    }

    [Fact]
    public async Task A_cancelled_batch_ends_with_what_runs_and_its_rows_can_be_run_again()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var effects = await EffectCounter.StartAsync();
        await using var server = await LocalServer.StartAsync(database);
        effects.Gate = new TaskCompletionSource().Task;
        var template = await server.Client.SaveAsync(Calls(effects).ToFile());

        var called = effects.NextCallAsync();
        var batch = await server.Client.SendRowsAsync(template, Csv, "name\na\nb\nc\nd\n", "max_parallel=2");
        await called;
        await server.Client.PostAsync($"/api/batches/{batch.Id}/cancel", new { reason = "no more" });
        var cancelled = await server.Client.BatchAsync(
            batch.Id, row => row["completed_at"].ValueKind != System.Text.Json.JsonValueKind.Null);
        Assert.Equal(
            ("cancelled", 4, "no more"), (cancelled.State, cancelled["rows_cancelled"].GetInt32(), cancelled["reason"].GetString()));
        Assert.DoesNotContain("c", effects.Counts.Keys);
        Assert.Equal(HttpStatusCode.Conflict, (await server.Client.PostAsync($"/api/batches/{batch.Id}/resume")).Status);

        effects.Gate = Task.CompletedTask;
        await server.Client.PostAsync($"/api/batches/{batch.Id}/retry");
        var ended = await server.Client.BatchAsync(batch.Id, row => row.State == "completed");
        Assert.Equal(4, ended["rows_completed"].GetInt32());
        Assert.Equal(4L, (await database.QueryAsync<long>("SELECT count(*) FROM workflow_executions")).Single());
        Assert.Equal(HttpStatusCode.Conflict, (await server.Client.PostAsync($"/api/batches/{batch.Id}/retry")).Status);
    }

    [Fact]
    public async Task A_row_follows_its_execution_whoever_retries_it()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var effects = await EffectCounter.StartAsync();
        await using var server = await LocalServer.StartAsync(database);
        effects.FailingNames.Add("a");
        var batch = await server.Client.SendRowsAsync(await server.Client.SaveAsync(Calls(effects).ToFile()), Csv, "name\na\n");
        Assert.Equal(1, (await server.Client.BatchAsync(batch.Id, row => row.State == "completed"))["rows_failed"].GetInt32());
        var execution = (await server.Client.GetAsync($"/api/batches/{batch.Id}/rows"))["items"][0].GetProperty("execution_id")
            .GetString()!;
        Assert.Equal(batch.Id, (await server.Client.GetAsync($"/api/executions/{execution}"))["created_by"].GetString());
        effects.FailingNames.Clear();
        await server.Client.PostAsync($"/api/executions/{execution}/retry");
        await server.Client.BatchAsync(batch.Id, row => row["rows_completed"].GetInt32() == 1);
    }

    [Fact]
    public async Task A_batch_runs_at_once_and_does_not_wait_until_somebody_looks()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Batches:Cron"] = "0 0 29 2 *" });
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        var batch = await server.Client.SendRowsAsync(template, Csv, "topic\ntea\nrain\nink\n", "max_parallel=1");
        var ended = await server.Client.BatchAsync(batch.Id, row => row.State == "completed");
        Assert.Equal(3, ended["rows_completed"].GetInt32());
    }

    [Fact]
    public async Task Results_are_a_table_that_a_spreadsheet_reads_and_runs_nothing_of()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        var batch = await server.Client.SendRowsAsync(template, Csv, "topic,tone\n\"tea, green\",dry\n=1+1,\n");
        await server.Client.BatchAsync(batch.Id, row => row.State == "completed");

        using var answer = await server.Client.Http.GetAsync(
            new Uri($"/api/batches/{batch.Id}/results?format=csv", UriKind.Relative), TestContext.Current.CancellationToken);
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n");
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("number,status,execution_id,cost_usd,error_message,params.topic,params.tone,outputs.greet,outputs.side", lines[0]);
        Assert.Matches("^1,completed,exec-[0-9a-f]+,[0.]+,,\"tea, green\",dry,\"Hello tea, green\",", lines[1]);
        Assert.Matches("^2,completed,exec-[0-9a-f]+,[0.]+,,'=1\\+1,,Hello =1\\+1,", lines[2]);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Client.GetAsync($"/api/batches/{batch.Id}/results?format=xls")).Status);
    }

    [Fact]
    public async Task A_person_goes_before_a_batch_where_executions_queue()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var effects = await EffectCounter.StartAsync();
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Limits:ExecutionsPerWorkspace"] = "1" });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        effects.Gate = gate.Task;
        var template = await server.Client.SaveAsync(Calls(effects).ToFile());

        var called = effects.NextCallAsync();
        var batch = await server.Client.SendRowsAsync(template, Csv, "name\na\nb\nc\nd\n", "max_parallel=4");
        await called;
        await server.Client.BatchAsync(batch.Id, row => row["rows_running"].GetInt32() == 4);
        var person = await server.Client.StartAsync(template, new { name = "person" });
        Assert.Equal(1, (await server.Client.GetAsync($"/api/executions/{person}"))["queue_position"].GetInt32());
        gate.SetResult();
        Assert.Equal("completed", (await server.Client.RestAsync(person)).State);
        await server.Client.BatchAsync(batch.Id, row => row.State == "completed");
        Assert.Equal("person", effects.Names[1]);
    }

    [Fact]
    public async Task A_person_takes_turns_with_a_batch_at_a_node_that_is_limited()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var effects = await EffectCounter.StartAsync();
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Limits:NodesPerType:http_request"] = "1" });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        effects.Gate = gate.Task;
        var template = await server.Client.SaveAsync(Calls(effects).ToFile());

        var called = effects.NextCallAsync();
        var batch = await server.Client.SendRowsAsync(template, Csv, "name\na\nb\nc\nd\ne\nf\ng\nh\n", "max_parallel=8");
        await called;
        await server.Client.BatchAsync(batch.Id, row => row["rows_running"].GetInt32() == 8);
        var person = await server.Client.StartAsync(template, new { name = "person" });
        await server.Client.UntilAsync(person, "start", "completed");
        gate.SetResult();
        Assert.Equal("completed", (await server.Client.RestAsync(person)).State);
        await server.Client.BatchAsync(batch.Id, row => row.State == "completed");
        // First come, first served would have it after all the others.
        Assert.NotEqual("person", effects.Names[^1]);
    }

    [Fact]
    public async Task Retention_deletes_a_batch_with_its_rows()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Retention:Completed"] = "30 days" });
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        var kept = await server.Client.SendRowsAsync(template, Csv, "topic\ntea\n");
        var old = await server.Client.SendRowsAsync(template, Csv, "topic\ntea\nrain\n");
        foreach (var id in new[] { kept.Id, old.Id })
            await server.Client.BatchAsync(id, row => row.State == "completed");
        await database.ExecuteAsync("UPDATE workflow_batches SET completed_at = NOW() - interval '40 days' WHERE id = $1", old.Id);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.PostAsync("/api/admin/retention")).Status);

        Assert.Equal([kept.Id], await database.QueryAsync<string>("SELECT id::text FROM workflow_batches"));
        Assert.Equal([kept.Id], await database.QueryAsync<string>("SELECT batch_id::text FROM workflow_batch_rows"));
    }

    private static Drawing Calls(EffectCounter effects) =>
        new Drawing("calls")
            .Node("start", "input")
            .Node(
                "call", "http_request",
                new { method = "POST", url = $"{effects.Address}/count/{{{{ params.name }}}}", retry = new { max_attempts = 1 } }, "start");
}
