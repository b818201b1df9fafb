using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Conformance;

/// <summary>One record, two engines: an execution that one has begun is finished by the other.</summary>
public class PortabilityTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task An_execution_is_started_and_paused_on_one_engine_and_resumed_and_finished_on_the_other(
        bool startsOnLocal, bool inStorage)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        string id;
        await using (var first = await StartAsync(database, startsOnLocal, inStorage))
        {
            id = await first.Client.StartAsync(await first.Client.SaveAsync(Halfway().ToFile()), new { topic = "tea" });
            await first.Client.UntilAsync(id, "approve", "waiting");
            await first.Client.PostAsync($"/api/executions/{id}/pause");
            Assert.Equal("paused", (await first.Client.RestAsync(id)).State);
        }

        await using var second = await StartAsync(database, !startsOnLocal, inStorage);
        await second.Client.PostAsync($"/api/executions/{id}/resume");
        await second.Client.PostAsync($"/api/executions/{id}/signals/approve", new { decision = "approved" });
        var run = await second.Client.RestAsync(id);

        Assert.True(run.State == "completed", $"{run.State}: {run["error_message"]}");
        Assert.Equal("Hello tea, 3 times", run["outputs"].GetProperty("end").GetString());
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, id);
        Assert.Equal(2, (await database.QueryAsync<string>(
            "SELECT DISTINCT split_part(created_by, '-', 1) || min(id)::text FROM workflow_execution_events WHERE execution_id = $1 AND "
                + "event_type IN ('started', 'completed') GROUP BY event_type, created_by", id)).Count);
        // What was done before the change was not done again.
        Assert.Equal([1L], await database.QueryAsync<long>(
            "SELECT count(*) FROM workflow_execution_events WHERE execution_id = $1 AND event_type = 'node_started' AND node_id = "
                + "'greet'", id));
    }

    [Fact]
    public async Task Workers_of_the_Functions_app_run_nothing_while_a_server_of_one_machine_leads_and_take_over_when_it_has_gone()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var local = await StartAsync(database, isLocal: true);
        var id = await local.Client.StartAsync(await local.Client.SaveAsync(Halfway().ToFile()), new { topic = "tea" });
        await local.Client.UntilAsync(id, "approve", "waiting");
        await using var functions = await StartAsync(database, isLocal: false);

        await local.Client.PostAsync($"/api/executions/{id}/signals/approve", new { decision = "approved" });
        Assert.Equal("completed", (await local.Client.RestAsync(id)).State);
        Assert.Equal([1L], await database.QueryAsync<long>(
            "SELECT count(DISTINCT created_by) FROM workflow_execution_events WHERE execution_id = $1 AND created_by LIKE 'worker-%'", id));

        var next = await local.Client.StartAsync(await local.Client.SaveAsync(Halfway().ToFile()), new { topic = "tea" });
        await local.Client.UntilAsync(next, "approve", "waiting");
        await local.DisposeAsync();
        await functions.Client.PostAsync($"/api/executions/{next}/signals/approve", new { decision = "approved" });
        Assert.Equal("completed", (await functions.Client.RestAsync(next)).State);
    }

    private static Drawing Halfway() => new Drawing("Halfway")
        .Node("greet", "transform", new { fields = new { text = "Hello {{ params.topic }}" } })
        .Node("approve", "approval", new { message = "Go on?" }, "greet")
        .Node("each", "for_each", new { items = new[] { 1, 2, 3 } }, "approve")
        .Inside("each", "item", "transform", new { fields = new { n = "{{ item }}" } })
        .Node("end", "output", new { value = "{{ nodes.greet.text }}, {{ nodes.each.results | size }} times" }, "each", "greet");

    private static async Task<IEngineHost> StartAsync(TestDatabase database, bool isLocal, bool inStorage = false) => isLocal
        ? await LocalServer.StartAsync(database)
        : await FunctionsApp.StartAsync(
            database, sweepInterval: TimeSpan.FromSeconds(1),
            histories: inStorage ? await StorageFixture.HistoriesOfAsync(database) : Histories.InMemory);
}
