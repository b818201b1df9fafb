using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Durable.Timers;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Orchestration;

/// <summary>Instances of the orchestrator and what the record has of them.</summary>
public sealed class EngineTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private FunctionsApp _app = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _app = await FunctionsApp.StartAsync(_database, configure: services => services.AddNodeType<FlakyNode>());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task What_is_sent_by_SQL_reaches_its_instance_without_the_sweep()
    {
        var id = await StartAsync(new Drawing("By SQL")
            .Node("work", "task", new { name = "work" })
            .Node("wait", "wait_for_signal", new { signal = "go" }, "work"));
        await _app.Client.UntilAsync(id, "work", "waiting");

        await _database.ExecuteAsync("SELECT workflow_complete_task($1, '7')", $"{id}:work");
        await _app.Client.UntilAsync(id, "wait", "waiting");
        await _database.ExecuteAsync("SELECT workflow_signal($1, 'go', '8')", id);

        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
    }

    [Fact]
    public async Task An_execution_runs_and_its_record_is_whole()
    {
        var drawing = new Drawing("Diamond")
            .Node("a", "input")
            .Node("b", "transform", new { fields = new { text = "Hello {{ params.topic }}" } }, "a")
            .Node("c", "merge", null, "a")
            .Node("d", "output", new { value = "{{ nodes.b.text }}" }, "b", "c");
        var id = await StartAsync(drawing);
        var run = await _app.Client.RestAsync(id);

        Assert.Equal("completed", run.State);
        Assert.Equal("Hello tea", run["outputs"].GetProperty("d").GetString());
        await RecordChecks.AssertCompleteAsync(_database.ConnectionString, id);
    }

    [Fact]
    public async Task The_history_holds_ids_and_outcomes_and_neither_inputs_nor_outputs()
    {
        const string Secret = "a text that no history may hold";
        var drawing = new Drawing("Text").Node("a", "transform", new { fields = new { text = Secret } })
            .Node("b", "transform", new { fields = new { text = "{{ nodes.a.text }} {{ params.topic }}" } }, "a");
        var id = await StartAsync(drawing, Secret);
        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);

        var instance = await _app.Durable.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Cancelled);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        Assert.Null(instance.SerializedInput);
        Assert.Null(instance.SerializedOutput);
        // Opened, both nodes in one step, finished.
        Assert.Equal(3, _app.Exchanged.Count);
        Assert.DoesNotContain(_app.Exchanged, step => step.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_with_effects_that_follow_each_other_are_one_activity()
    {
        var drawing = new Drawing("Chain").Node("n0", "flaky");
        for (var i = 1; i < 20; i++)
            drawing.Node($"n{i}", "flaky", new { }, $"n{i - 1}");
        var id = await StartAsync(drawing);
        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
        await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);

        // Opened, run, finished. What takes longer than a second, on a busy machine, is run in parts.
        Assert.InRange(_app.Exchanged.Count, 3, 8);
        Assert.Equal(
            [20L], await _database.QueryAsync<long>("SELECT count(DISTINCT xmin::text) FROM agent_jobs WHERE execution_id = $1", id));
        await RecordChecks.AssertCompleteAsync(_database.ConnectionString, id);
    }

    [Fact]
    public async Task Starting_twice_is_harmless()
    {
        var id = await StartAsync(new Drawing("Wait").Node("wait", "delay", new { seconds = 3600 }));
        await _app.Client.UntilAsync(id, "wait", "waiting");
        var instances = new WorkflowInstances(_app.Durable);
        await instances.StartAsync(id, Cancelled);
        await instances.StartAsync(id, Cancelled);

        Assert.Equal([id], await RunningAsync());
        Assert.Equal([1L], await _database.QueryAsync<long>(
            "SELECT count(*) FROM workflow_execution_events WHERE execution_id = $1 AND event_type = 'started'", id));
    }

    [Fact]
    public async Task A_signal_for_an_execution_that_does_not_run_is_harmless() =>
        await new WorkflowInstances(_app.Durable).SignalAsync("nobody", "go", null, [], Cancelled);

    [Fact]
    public async Task Pausing_ends_the_instance_and_resuming_starts_it_anew()
    {
        var id = await StartAsync(new Drawing("Wait").Node("wait", "delay", new { seconds = 3600 }).Node("end", "merge", null, "wait"));
        await _app.Client.UntilAsync(id, "wait", "waiting");
        await _app.Client.PostAsync($"/api/executions/{id}/pause");
        var first = await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);
        Assert.Equal("paused", (await _app.Client.GetAsync($"/api/executions/{id}")).State);

        await _database.ExecuteAsync("UPDATE agent_jobs SET wake_at = now() WHERE execution_id = $1", id);
        await _app.Client.PostAsync($"/api/executions/{id}/resume");
        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
        Assert.NotEqual(first.CreatedAt, (await _app.Durable.GetInstanceAsync(id, Cancelled))!.CreatedAt);
    }

    [Fact]
    public async Task Cancelling_stops_what_runs_and_ends_the_instance()
    {
        var id = await StartAsync(new Drawing("Endless").Node("endless", "flaky", new { endless = true, timeout_seconds = 3600 }));
        await _app.Client.UntilAsync(id, "endless", "running");
        await _app.Client.PostAsync($"/api/executions/{id}/cancel");

        // The node would run for an hour, and the instance waits for it.
        await UntilAsync(async () => await _app.Durable.GetInstanceAsync(id, Cancelled) is { IsCompleted: true });
        Assert.Equal("cancelled", (await _app.Client.GetAsync($"/api/executions/{id}")).State);
    }

    [Fact]
    public async Task A_large_loop_runs_in_instances_of_its_own_which_a_pause_and_a_cancel_end()
    {
        var drawing = new Drawing("Large").Node("each", "for_each", new { items = Enumerable.Range(0, 1_200), max_parallel = 60 })
            .Inside("each", "late", "condition", new { @if = "item == 5 or item == 405 or item == 805" })
            .Inside("each", "hold", "wait_for_signal", new { signal = "go" }, "late/true")
            .Node("end", "merge", null, "each");
        var id = await StartAsync(drawing);
        foreach (var item in new[] { 5, 405, 805 })
            await _app.Client.UntilAsync(id, $"hold#{item}", "waiting");
        var first = await SlicesAsync(id);
        Assert.Equal(
            ["0-400", "400-800", "800-1200"],
            first.Select(slice => slice.InstanceId.Split(':')[1]).Order(StringComparer.Ordinal).ToArray());
        Assert.All(first, slice => Assert.False(slice.IsCompleted));

        await _app.Client.PostAsync($"/api/executions/{id}/pause");
        await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);
        Assert.All(await SlicesAsync(id), slice => Assert.True(slice.IsCompleted));

        await _app.Client.PostAsync($"/api/executions/{id}/resume");
        await UntilAsync(async () => (await SlicesAsync(id)).Count(slice => !slice.IsCompleted) == 3);
        await _app.Client.PostAsync($"/api/executions/{id}/cancel");
        await UntilAsync(async () =>
            await _app.Durable.GetInstanceAsync(id, Cancelled) is { IsCompleted: true }
                && (await SlicesAsync(id)).All(slice => slice.IsCompleted));
        Assert.Equal("cancelled", (await _app.Client.GetAsync($"/api/executions/{id}")).State);
    }

    [Fact]
    public async Task The_items_of_slices_share_activities_and_no_history_gets_long()
    {
        var drawing = new Drawing("Larger").Node("each", "for_each", new { items = Enumerable.Range(0, 1_001), max_parallel = 40 })
            .Inside("each", "inner", "merge");
        var id = await StartAsync(drawing);
        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
        await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);

        Assert.Equal(3, (await SlicesAsync(id)).Count);
        // None of the slices, of 333 or 334 items each, has 200 activities, after which it would go on as new.
        Assert.Equal(3, _app.Exchanged.Count(step => step.Contains("\"OpenSlice\"", StringComparison.Ordinal)));
        Assert.InRange(_app.Exchanged.Count, 1_001 / 16, 400);
        Assert.Equal(1, _app.Exchanged.Count(step => step.Contains("\"OpenExecution\"", StringComparison.Ordinal)));
        Assert.All(_app.Exchanged, step => Assert.InRange(step.Length, 1, 5_000));
    }

    [Fact]
    public async Task Nodes_that_take_no_time_share_activities_and_those_with_an_effect_have_one_each()
    {
        var drawing = new Drawing("Wide").Node("start", "merge");
        for (var i = 0; i < 30; i++)
            drawing.Node($"asks{i}", "wait_for_signal", new { signal = "go" }, "start").Node($"calls{i}", "flaky", null, "start");
        var id = await StartAsync(drawing);
        for (var i = 0; i < 30; i++)
            await _app.Client.UntilAsync(id, $"asks{i}", "waiting");
        await _app.Client.PostAsync($"/api/executions/{id}/cancel");
        await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);

        Assert.InRange(Count("RunNodes"), 1, 20);
        Assert.InRange(Count("RunNode") + Count("RunNodes"), 31, 50);

        int Count(string activity) => _app.Exchanged.Count(step => step.Contains($"\"{activity}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_loses_its_connections_opens_new_ones_and_goes_on()
    {
        var id = await StartAsync(
            new Drawing("Wait").Node("wait", "wait_for_signal", new { signal = "go" }).Node("end", "merge", null, "wait"));
        await _app.Client.UntilAsync(id, "wait", "waiting");
        await _database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        // The connections that the API keeps are gone as well, and it says so once for each.
        while ((await _app.Client.PostAsync($"/api/executions/{id}/signals/go")).Status != HttpStatusCode.Accepted)
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancelled);
        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
        await RecordChecks.AssertCompleteAsync(_database.ConnectionString, id);
    }

    [Fact]
    public async Task The_sweep_starts_what_others_have_inserted_and_what_has_lost_its_instance()
    {
        var template = await _app.Client.SaveAsync(TestWorkflows.Greeting());
        await _database.ExecuteAsync(
            "INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id) VALUES ('inserted', $1, 'default', "
                + "'default', 'default')",
            template);
        var id = await StartAsync(new Drawing("Wait").Node("wait", "delay", new { seconds = 3600 }));
        await _app.Client.UntilAsync(id, "wait", "waiting");
        await _app.Durable.TerminateInstanceAsync(id, cancellation: Cancelled);
        await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);
        await _database.ExecuteAsync("UPDATE workflow_executions SET updated_at = now() - interval '1 minute' WHERE id = $1", id);

        await _app.SweepAsync();

        Assert.Equal("completed", (await _app.Client.RestAsync("inserted")).State);
        await _app.Durable.WaitForInstanceCompletionAsync("inserted", Cancelled);
        Assert.Equal([id], await RunningAsync());
    }

    [Fact]
    public async Task Histories_of_ended_instances_are_purged_after_a_day_and_others_are_kept()
    {
        var ended = await StartAsync(new Drawing("Done").Node("a", "merge"));
        await _app.Client.RestAsync(ended);
        await _app.Durable.WaitForInstanceCompletionAsync(ended, Cancelled);
        var running = await StartAsync(new Drawing("Wait").Node("wait", "delay", new { seconds = 3600 }));
        await _app.Client.UntilAsync(running, "wait", "waiting");

        await PurgeAsync(TimeSpan.FromHours(23));
        Assert.NotNull(await _app.Durable.GetInstanceAsync(ended, Cancelled));
        await PurgeAsync(TimeSpan.FromHours(25));
        Assert.Null(await _app.Durable.GetInstanceAsync(ended, Cancelled));
        Assert.NotNull(await _app.Durable.GetInstanceAsync(running, Cancelled));
    }

    [Fact]
    public async Task Retention_purges_the_histories_of_what_it_archives()
    {
        var ended = await StartAsync(new Drawing("Done").Node("a", "merge"));
        await _app.Client.RestAsync(ended);
        await _app.Durable.WaitForInstanceCompletionAsync(ended, Cancelled);
        await _database.ExecuteAsync(
            "UPDATE workflow_executions SET completed_at = completed_at - interval '2 years', "
                + "created_at = created_at - interval '2 years'");

        await ActivatorUtilities.CreateInstance<RecurringTimers>(_app.Services, new LaterTime(TimeSpan.FromHours(25)))
            .RetentionAsync(new TimerInfo(), _app.Durable, Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, (await _app.Client.GetAsync($"/api/executions/{ended}")).Status);
        Assert.Null(await _app.Durable.GetInstanceAsync(ended, Cancelled));
    }

    private async Task<IReadOnlyList<OrchestrationMetadata>> SlicesAsync(string id) =>
        await _app.Durable.GetAllInstancesAsync(new OrchestrationQuery { InstanceIdPrefix = id + ":" }).ToListAsync(Cancelled);

    private async Task<IReadOnlyList<string>> RunningAsync() =>
        await _app
            .Durable.GetAllInstancesAsync(
                new OrchestrationQuery { Statuses = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running] })
            .Select(instance => instance.InstanceId)
            .ToListAsync(Cancelled);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
    }

    private async Task PurgeAsync(TimeSpan later)
    {
        var timers = ActivatorUtilities.CreateInstance<InstanceTimers>(_app.Services, new LaterTime(later));
        await timers.PurgeAsync(new TimerInfo(), _app.Durable, Cancelled);
    }

    private async Task<string> StartAsync(Drawing drawing, string topic = "tea") =>
        await _app.Client.StartAsync(await _app.Client.SaveAsync(drawing.ToFile()), new { topic });

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
