using System.Text.Json;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>
/// Nodes with effects that follow each other run in one step, and nothing in the record tells them from nodes that are steps of their own.
/// </summary>
public abstract class SegmentConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    // What does not name the execution itself, and is not a time. Nodes that are skipped have no place among those that run meanwhile. The
    // length of an output is that of its JSON, which has a space more after each comma where it was read from PostgreSQL.
    private const string Record = """
        SELECT jsonb_build_object(
            'execution', (SELECT jsonb_build_array(status, progress_percent, nodes_settled, nodes_total, total_cost, current_node_id, error_message)
                          FROM workflow_executions WHERE id = $1),
            'jobs', (SELECT jsonb_agg(to_jsonb(j) - '{id,execution_id,created_at,started_at,completed_at}'::text[] ORDER BY node_id)
                     FROM agent_jobs j WHERE execution_id = $1),
            'events', (SELECT jsonb_agg(jsonb_build_array(node_id, event_type, severity, message, event_data - '{duration_seconds,output_length}'::text[]) ORDER BY node_id NULLS FIRST, id)
                       FROM workflow_execution_events WHERE execution_id = $1 AND event_type <> 'created'),
            'tasks', (SELECT jsonb_agg(to_jsonb(t) - '{task_id,execution_id,task_args,created_at,started_at,completed_at}'::text[] ORDER BY task_id)
                      FROM celery_tasks t WHERE execution_id = $1),
            'checkpoint', (SELECT jsonb_build_array(
                               (SELECT jsonb_agg(id ORDER BY id) FROM unnest(completed_node_ids) AS c(id)), pending_node_ids, node_outputs,
                               execution_state - '{config,template_version}'::text[])
                           FROM workflow_checkpoints WHERE execution_id = $1 AND is_latest),
            'metrics', (SELECT to_jsonb(m) - '{id,execution_id,created_at,max_memory_mb,node_stats,total_duration_seconds}'::text[]
                        FROM workflow_execution_metrics m WHERE execution_id = $1))::text
        """;

    [Fact]
    public async Task They_leave_the_record_that_nodes_leave_which_are_steps_of_their_own()
    {
        await using var testbed = await StartAsync();
        var drawing = new Drawing("Mixed")
            .Node("a", "flaky")
            .Node("b", "transform", new { fields = new { v = "{{ nodes.a.attempt }}" } }, "a")
            .Node("c", "flaky", new { failures = 1, retry = new { max_attempts = 1 }, on_error = "continue" }, "b")
            .Node("d", "condition", new { @if = "nodes.b.v == 2" }, "c")
            .Node("yes", "flaky").Edge("d/true", "yes")
            .Node("no", "flaky").Edge("d/false", "no")
            .Node("end", "merge", null, "yes", "no")
            .Node("last", "flaky", null, "end");
        var template = await testbed.Client.SaveAsync(drawing.ToFile());
        var segments = await RunAsync(null);
        // The cost is looked at before each node.
        var byNode = await RunAsync(new { max_cost_usd = 1000 });

        Assert.Equal(("failed", "skipped", "completed"), (Statuses(segments)["c"], Statuses(segments)["yes"], Statuses(segments)["last"]));
        Assert.Equal(await RecordAsync(testbed, byNode.Id), await RecordAsync(testbed, segments.Id));

        async Task<ApiAnswer> RunAsync(object? config)
        {
            var run = await testbed.Client.RestAsync(
                (await testbed.Client.PostAsync("/api/executions", new { template_id = template, config })).Id);
            await testbed.AssertCompletedAsync(run);
            return run;
        }
    }

    [Fact]
    public async Task Each_is_committed_before_the_next_one_starts()
    {
        await using var testbed = await StartAsync();
        await using var effects = await EffectCounter.StartAsync();
        var gate = Hold(effects, "n3");
        var id = await UntilCalledAsync(testbed, effects, "n3");

        Assert.Equal(["n1 completed", "n2 completed", "n3 running"], await JobsAsync(testbed, id));
        Assert.Equal([2], await testbed.Database.QueryAsync<int>("SELECT nodes_settled FROM workflow_executions WHERE id = $1", id));
        gate.SetResult();

        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
        Assert.Equal(["n1", "n2", "n3", "n4"], effects.Names);
        Assert.Equal(
            [4L], await testbed.Database.QueryAsync<long>("SELECT count(DISTINCT xmin::text) FROM agent_jobs WHERE execution_id = $1", id));
    }

    [Fact]
    public async Task After_a_pause_none_starts_until_it_is_resumed()
    {
        await using var testbed = await StartAsync();
        await using var effects = await EffectCounter.StartAsync();
        var gate = Hold(effects, "n2");
        var id = await UntilCalledAsync(testbed, effects, "n2");
        await testbed.DoAsync(id, "pause");
        gate.SetResult();

        const string IsPaused =
            "SELECT EXISTS (SELECT FROM workflow_checkpoints WHERE execution_id = $1 AND checkpoint_type = 'pause')";
        while (!(await testbed.Database.QueryAsync<bool>(IsPaused, id))[0])
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(["n1 completed", "n2 completed"], await JobsAsync(testbed, id));
        await testbed.DoAsync(id, "resume");

        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
        Assert.Equal(["n1", "n2", "n3", "n4"], effects.Names);
    }

    [Fact]
    public async Task After_a_cancel_none_starts()
    {
        await using var testbed = await StartAsync();
        await using var effects = await EffectCounter.StartAsync();
        var gate = Hold(effects, "n2");
        var id = await UntilCalledAsync(testbed, effects, "n2");
        await testbed.DoAsync(id, "cancel");
        gate.SetResult();

        Assert.Equal("cancelled", (await testbed.Client.RestAsync(id)).State);
        await testbed.DoAsync(id, "retry");
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
        Assert.Equal(["n1", "n2", "n2", "n3", "n4"], effects.Names);
    }

    [Fact]
    public async Task One_that_fails_the_execution_ends_it_there_and_a_retry_goes_on_from_it()
    {
        await using var testbed = await StartAsync();
        await using var effects = await EffectCounter.StartAsync();
        effects.FailingNames.Add("n2");
        var run = await testbed.RunAsync(Chain(effects));
        Assert.Equal(("failed", "n2"), (run.State, (await testbed.Database.QueryAsync<string>(
            "SELECT node_id FROM workflow_execution_events WHERE execution_id = $1 AND event_type = 'failed'", run.Id)).Single()));
        Assert.Equal(["n1 completed", "n2 failed"], await JobsAsync(testbed, run.Id));

        effects.FailingNames.Clear();
        await testbed.DoAsync(run.Id, "retry");
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(run.Id));
        Assert.Equal(["n1", "n2", "n2", "n3", "n4"], effects.Names);
    }

    [Fact]
    public async Task One_that_waits_in_the_middle_goes_on_with_those_after_it()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("Waits")
            .Node("a", "flaky")
            .Node("ask", "wait_for_signal", new { signal = "go" }, "a")
            .Node("again", "flaky", new { failures = 1, retry = new { max_attempts = 2, delay_seconds = 0 } }, "ask")
            .Node("each", "for_each", new { items = new[] { 1, 2, 3 } }, "again")
            .Inside("each", "x", "flaky")
            .Inside("each", "y", "flaky", new { }, "x")
            .Node("z", "flaky", new { }, "each"));
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.DoAsync(id, "signals/go");

        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(11, Statuses(run).Count(job => job.Value == "completed"));
    }

    [Fact]
    public async Task One_beside_which_others_may_run_keeps_none_of_them_waiting()
    {
        await using var testbed = await StartAsync();
        await using var effects = await EffectCounter.StartAsync();
        var gate = Hold(effects, "n2");
        // What comes after both waits for n1 alone once n0 has run. n2, which n1 alone leads to, is held.
        var id = await testbed.StartAsync(
            Call(Call(Call(Call(new Drawing("Beside"), effects, "n0"), effects, "n1"), effects, "n2", "n1"), effects, "both", "n0", "n1"));
        while (!effects.Names.Contains("both"))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        gate.SetResult();
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
    }

    private static TaskCompletionSource Hold(EffectCounter effects, string node)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        effects.Gates[node] = gate.Task;
        return gate;
    }

    /// <summary>Starts a chain of four calls, and waits until one of them is under way.</summary>
    private static async Task<string> UntilCalledAsync(EngineTestbed testbed, EffectCounter effects, string node)
    {
        var id = await testbed.StartAsync(Chain(effects));
        await testbed.Client.UntilAsync(id, node, "running");
        while (!effects.Names.Contains(node))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        return id;
    }

    private static Drawing Chain(EffectCounter effects) =>
        Call(Call(Call(Call(new Drawing("Chain"), effects, "n1"), effects, "n2", "n1"), effects, "n3", "n2"), effects, "n4", "n3");

    private static Drawing Call(Drawing drawing, EffectCounter effects, string id, params string[] after) =>
        drawing.Node(
            id, "http_request", new { method = "POST", url = $"{effects.Address}/count/{id}", retry = new { max_attempts = 1 } }, after);

    private static Task<IReadOnlyList<string>> JobsAsync(EngineTestbed testbed, string id) => testbed.Database.QueryAsync<string>(
        "SELECT concat_ws(' ', node_id, status) FROM agent_jobs WHERE execution_id = $1 ORDER BY node_id", id);

    private static async Task<string> RecordAsync(EngineTestbed testbed, string id) => JsonSerializer.Serialize(
        JsonElement.Parse((await testbed.Database.QueryAsync<string>(Record, id)).Single()), s_indented);
}
