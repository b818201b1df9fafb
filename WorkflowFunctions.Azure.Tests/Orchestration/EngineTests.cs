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
    public async Task An_execution_runs_and_its_record_is_whole()
    {
        var drawing = new Drawing("Diamond").Node("a", "input").Node("b", "transform", new { fields = new { text = "Hello {{ params.topic }}" } }, "a")
            .Node("c", "merge", null, "a").Node("d", "output", new { value = "{{ nodes.b.text }}" }, "b", "c");
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
    public async Task Starting_twice_is_harmless()
    {
        var id = await StartAsync(new Drawing("Wait").Node("wait", "delay", new { seconds = 3600 }));
        await _app.Client.UntilAsync(id, "wait", "waiting");
        var instances = new WorkflowInstances(_app.Durable);
        await instances.StartAsync(id, Cancelled);
        await instances.StartAsync(id, Cancelled);

        Assert.Equal([id], await instances.ListRunningAsync(Cancelled));
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
        var instance = await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled).WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        Assert.Equal("cancelled", (await _app.Client.GetAsync($"/api/executions/{id}")).State);
    }

    [Fact]
    public async Task A_worker_that_loses_its_connections_opens_new_ones_and_goes_on()
    {
        var id = await StartAsync(new Drawing("Wait").Node("wait", "wait_for_signal", new { signal = "go" }).Node("end", "merge", null, "wait"));
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
        var template = await _app.Client.SaveAsync(Workflows.Greeting());
        await _database.ExecuteAsync(
            "INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id) VALUES ('inserted', $1, 'default', 'default', 'default')",
            template);
        var id = await StartAsync(new Drawing("Wait").Node("wait", "delay", new { seconds = 3600 }));
        await _app.Client.UntilAsync(id, "wait", "waiting");
        await _app.Durable.TerminateInstanceAsync(id, cancellation: Cancelled);
        await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);

        await _app.SweepAsync();

        Assert.Equal("completed", (await _app.Client.RestAsync("inserted")).State);
        await _app.Durable.WaitForInstanceCompletionAsync("inserted", Cancelled);
        Assert.Equal([id], await new WorkflowInstances(_app.Durable).ListRunningAsync(Cancelled));
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
