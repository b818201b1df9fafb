using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Timers;

/// <summary>The sweep: which executions it looks at, and what it does about those that stand still.</summary>
public sealed class SweepTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private FunctionsApp _app = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _app = await StartAppAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task An_instance_that_makes_no_progress_is_ended_and_its_execution_is_begun_anew_and_completes()
    {
        var reasons = ListenForRecoveries();
        var id = await StartWaitingAsync();
        var stuck = await StandStillAsync(id);
        // By the record the wait is over; the instance has an hour to go, as if its timer had been lost.
        await _database.ExecuteAsync("UPDATE agent_jobs SET wake_at = now() - interval '1 hour' WHERE execution_id = $1", id);
        await AgeAsync(id, "2 hours");

        await _app.SweepAsync();

        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
        Assert.NotEqual(stuck.CreatedAt, (await _app.Durable.GetInstanceAsync(id, Cancelled))!.CreatedAt);
        Assert.Equal(["no_progress"], await RecoveriesAsync(id));
        Assert.Equal(["no_progress"], reasons);
        await RecordChecks.AssertCompleteAsync(_database.ConnectionString, id);
    }

    [Fact]
    public async Task An_instance_that_goes_on_making_no_progress_is_begun_anew_ever_more_rarely()
    {
        var id = await StartAsync(Endless(timeoutSeconds: 60));
        await _app.Client.UntilAsync(id, "endless", "running");
        await _database.ExecuteAsync(
            """
            INSERT INTO workflow_execution_events (execution_id, event_type, event_data, created_by)
            SELECT $1, 'recovered', '{"reason": "no_progress"}', 'sweep' FROM generate_series(1, 7)
            """,
            id);
        // The attempt should have been stopped after a minute; that is what the first time would be.
        await AgeAsync(id, "61 seconds");
        await _app.SweepAsync();
        Assert.Equal(7, (await RecoveriesAsync(id)).Count);

        await StandStillAsync(id);
        await AgeAsync(id, "3 hours");
        await _app.SweepAsync();
        Assert.Equal(8, (await RecoveriesAsync(id)).Count);
        await _app.Client.PostAsync($"/api/executions/{id}/cancel");
    }

    [Fact]
    public async Task What_waits_or_runs_no_longer_than_it_may_is_left_alone()
    {
        var child = await _app.Client.SaveAsync(Waiting().ToFile());
        string[] ids =
        [
            await StartWaitingAsync(),
            await StartAsync(new Drawing("Question").Node("ask", "approval", new { message = "Go on?" }), "ask"),
            await StartAsync(new Drawing("Parent").Node("run", "sub_workflow", new { template_id = child }), "run"),
            await StartAsync(new Drawing("Loop").Node("each", "for_each", new { items = new[] { 1, 2 } })
                .Inside("each", "hold", "wait_for_signal", new { signal = "go" }), "hold#1"),
            await StartAsync(new Drawing("Large").Node("each", "for_each", new { items = Enumerable.Range(0, 1_200), max_parallel = 60 })
                .Inside("each", "late", "condition", new { @if = "item == 5" })
                .Inside("each", "hold", "wait_for_signal", new { signal = "go" }, "late/true"), "hold#5"),
            await StartAsync(Endless(timeoutSeconds: 86_400), "endless", "running"),
        ];
        var paused = await StartWaitingAsync();
        await _app.Client.PostAsync($"/api/executions/{paused}/pause");
        await _app.Durable.WaitForInstanceCompletionAsync(paused, Cancelled);
        var before = await InstancesAsync();
        foreach (var id in await _database.QueryAsync<string>("SELECT id FROM workflow_executions"))
            await AgeAsync(id, "10 hours");

        await _app.SweepAsync();

        Assert.Empty(
            await _database.QueryAsync<string>("SELECT execution_id FROM workflow_execution_events WHERE event_type = 'recovered'"));
        Assert.Equal(before, await InstancesAsync());
        foreach (var id in ids)
            await _app.Client.PostAsync($"/api/executions/{id}/cancel");
    }

    [Fact]
    public async Task What_a_deleted_or_renamed_hub_has_had_goes_on_in_the_new_one()
    {
        var waiting = await StartWaitingAsync();
        var asked = await StartAsync(
            new Drawing("Question").Node("ask", "approval", new { message = "Go on?" }).Node("end", "merge", null, "ask"), "ask");
        var running = await StartAsync(
            new Drawing("Flaky").Node("flaky", "flaky", new { endless = true, timeout_seconds = 1, retry = new { max_attempts = 2 } }),
            "flaky", "running");
        // Histories are in the memory of the host.
        await _app.DisposeAsync();
        _app = await StartAppAsync();
        await _database.ExecuteAsync("UPDATE agent_jobs SET wake_at = now() WHERE execution_id = $1", waiting);
        foreach (var id in (string[])[waiting, asked, running])
            await AgeAsync(id, "1 minute");

        await _app.SweepAsync();

        Assert.Equal("completed", (await _app.Client.RestAsync(waiting)).State);
        Assert.Equal("failed", (await _app.Client.RestAsync(running)).State);
        await _app.Client.PostAsync($"/api/executions/{asked}/signals/ask", new { decision = "approved" });
        Assert.Equal("completed", (await _app.Client.RestAsync(asked)).State);
        Assert.Contains("gone", await RecoveriesAsync(asked));
    }

    [Fact]
    public async Task What_was_purged_while_it_ran_goes_on()
    {
        var id = await StartWaitingAsync();
        await _app.Durable.TerminateInstanceAsync(id, cancellation: Cancelled);
        await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);
        await _app.Durable.PurgeInstanceAsync(id, cancellation: Cancelled);
        await _database.ExecuteAsync("UPDATE agent_jobs SET wake_at = now() WHERE execution_id = $1", id);
        await AgeAsync(id, "1 minute");

        await _app.SweepAsync();

        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
        Assert.Equal(["gone"], await RecoveriesAsync(id));
    }

    [Fact]
    public async Task What_failed_because_its_history_does_not_fit_begins_anew_from_the_record()
    {
        var id = await StartWaitingAsync();
        await _app.Durable.TerminateInstanceAsync(id, cancellation: Cancelled);
        await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled);
        await _app.Durable.PurgeInstanceAsync(id, cancellation: Cancelled);
        // An orchestrator that falls over what it is given, in the place of one that falls over its history.
        await _app.Durable.ScheduleNewOrchestrationInstanceAsync(
            SliceOrchestration.Name, input: null, new StartOrchestrationOptions(id), Cancelled);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await _app.Durable.WaitForInstanceCompletionAsync(id, Cancelled)).RuntimeStatus);
        await _database.ExecuteAsync("UPDATE agent_jobs SET wake_at = now() WHERE execution_id = $1", id);
        await AgeAsync(id, "1 minute");

        await _app.SweepAsync();

        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
        Assert.Equal(["failed"], await RecoveriesAsync(id));
    }

    [Fact]
    public async Task What_is_resumed_while_its_pause_is_still_under_way_goes_on()
    {
        var id = await StartWaitingAsync();
        // A worker that has the step in hand and does not answer: it cannot write the checkpoint of the pause.
        await using (var connection = new Npgsql.NpgsqlConnection(_database.ConnectionString))
        {
            await connection.OpenAsync(Cancelled);
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await using (var hold = new Npgsql.NpgsqlCommand("LOCK TABLE workflow_checkpoints IN EXCLUSIVE MODE", connection, transaction))
                await hold.ExecuteNonQueryAsync(Cancelled);
            await _app.Client.PostAsync($"/api/executions/{id}/pause");
            await UntilAsync(async () =>
                (await _app.Durable.GetInstanceAsync(id, getInputsAndOutputs: true, Cancelled))?.SerializedCustomStatus is not null);
            await _database.ExecuteAsync("UPDATE agent_jobs SET wake_at = now() WHERE execution_id = $1", id);

            var resuming = _app.Client.PostAsync($"/api/executions/{id}/resume");
            await UntilAsync(async () => (await _app.Client.GetAsync($"/api/executions/{id}")).State == "running");
            await transaction.RollbackAsync(Cancelled);
            await resuming;
        }

        Assert.Equal("completed", (await _app.Client.RestAsync(id)).State);
        Assert.Empty(await RecoveriesAsync(id));
    }

    [Fact]
    public async Task Each_sweep_looks_at_so_many_and_the_next_one_at_others()
    {
        var template = await _app.Client.SaveAsync(TestWorkflows.Greeting());
        await _database.ExecuteAsync(
            """
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id)
            SELECT 'inserted-' || n, $1, 'default', 'default', 'default' FROM generate_series(1, 5) n
            """,
            template);
        var executions = _app.Services.GetRequiredService<ExecutionStore>();
        var found = new List<string>();
        for (var sweep = 0; sweep < 3; sweep++)
            found.AddRange(
                (await executions.SweepAsync(limit: 2, TimeSpan.FromSeconds(30), staleBefore: null, Cancelled)).Select(execution =>
                    execution.Id));

        Assert.Equal(["inserted-1", "inserted-2", "inserted-3", "inserted-4", "inserted-5"], found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_looked_at_when_it_only_waited_is_looked_at_soon_once_it_moves()
    {
        var id = await StartAsync(
            new Drawing("Signals").Node("first", "wait_for_signal", new { signal = "go" })
                .Node("second", "delay", new { seconds = 3600 }, "first"),
            "first");
        await AgeAsync(id, "10 hours");
        await _app.SweepAsync();
        Assert.InRange((await NextLookAsync(id)).TotalHours, 3, 4);

        await _app.Client.PostAsync($"/api/executions/{id}/signals/go");
        await _app.Client.UntilAsync(id, "second", "waiting");

        Assert.InRange((await NextLookAsync(id)).TotalMinutes, -1, 1.1);
    }

    private static Drawing Waiting() =>
        new Drawing("Wait").Node("wait", "delay", new { seconds = 3600 }).Node("end", "merge", null, "wait");

    private static Drawing Endless(int timeoutSeconds) =>
        new Drawing("Endless").Node("endless", "flaky", new { endless = true, timeout_seconds = timeoutSeconds });

    private Task<FunctionsApp> StartAppAsync() => FunctionsApp.StartAsync(
        _database,
        // What stands still has been made old.
        new Dictionary<string, string?> { ["Sweep:StuckMinutes"] = "0.001" },
        services => services.AddNodeType<FlakyNode>());

    private Task<string> StartWaitingAsync() => StartAsync(Waiting(), "wait");

    private async Task<string> StartAsync(Drawing drawing, string node, string status = "waiting")
    {
        var id = await StartAsync(drawing);
        await _app.Client.UntilAsync(id, node, status);
        return id;
    }

    private async Task<string> StartAsync(Drawing drawing) =>
        await _app.Client.StartAsync(await _app.Client.SaveAsync(drawing.ToFile()), new { topic = "tea" });

    /// <summary>Waits until the instance has done nothing for longer than <c>Sweep:StuckMinutes</c>, and gives it.</summary>
    private async Task<OrchestrationMetadata> StandStillAsync(string id)
    {
        OrchestrationMetadata? instance = null;
        await UntilAsync(async () =>
            (instance = await _app.Durable.GetInstanceAsync(id, Cancelled))?.LastUpdatedAt
            < DateTimeOffset.UtcNow - TimeSpan.FromMilliseconds(100));
        return instance!;
    }

    /// <summary>Makes it as if nothing had been written of an execution for so long.</summary>
    private Task AgeAsync(string id, string interval) => _database.ExecuteAsync(
        $"UPDATE workflow_executions SET updated_at = now() - interval '{interval}', sweep_at = now() - interval '1 second' WHERE id = "
            + "$1", id);

    private Task<IReadOnlyList<string>> RecoveriesAsync(string id) => _database.QueryAsync<string>(
        """
        SELECT event_data ->> 'reason' FROM workflow_execution_events
        WHERE execution_id = $1 AND event_type = 'recovered' AND created_by = 'sweep'
        ORDER BY id
        """,
        id);

    private async Task<TimeSpan> NextLookAsync(string id) =>
        (await _database.QueryAsync<TimeSpan>("SELECT sweep_at - now() FROM workflow_executions WHERE id = $1", id)).Single();

    private async Task<IReadOnlyList<string>> InstancesAsync() =>
        [.. (await _app.Durable.GetAllInstancesAsync(new OrchestrationQuery()).ToListAsync(Cancelled))
            .Select(instance => $"{instance.InstanceId} {instance.CreatedAt:O} {instance.RuntimeStatus}").Order(StringComparer.Ordinal)];

    private ConcurrentQueue<string> ListenForRecoveries()
    {
        var reasons = new ConcurrentQueue<string>();
        var meters = _app.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "workflow.execution.recovered" && instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => reasons.Enqueue((string)tags[0].Value!));
        listener.Start();
        return reasons;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
    }
}
