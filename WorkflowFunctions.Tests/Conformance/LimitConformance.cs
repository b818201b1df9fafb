using System.Net;
using System.Text.Json;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Models;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>How long, how dear and how many.</summary>
public abstract class LimitConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    [Fact]
    public async Task An_execution_that_takes_too_long_fails_and_what_runs_is_stopped()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(
            new Drawing("long").Node("busy", "flaky", new { endless = true }).Node("wait", "wait_for_signal", new { signal = "never" }),
            config: new { timeout_seconds = 0.5 });
        Assert.Equal("failed", run.State);
        Assert.Contains("timeout_seconds", run["error_message"].GetString(), StringComparison.Ordinal);
        Assert.All(Statuses(run).Values, status => Assert.Equal("cancelled", status));
    }

    [Fact]
    public async Task The_time_that_an_execution_is_paused_does_not_count()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("paused").Node("hold", "wait_for_signal", new { signal = "go" }), config: new { timeout_seconds = 3600 });
        await testbed.Client.UntilAsync(id, "hold", "waiting");
        await testbed.DoAsync(id, "pause");
        // As if that had been two hours ago.
        await testbed.Database.ExecuteAsync(
            "UPDATE workflow_executions SET deadline_at = deadline_at - interval '2 hours', paused_at = paused_at - interval '2 hours'");
        await testbed.DoAsync(id, "resume");
        await testbed.DoAsync(id, "signals/go");
        Assert.Equal("completed", (await testbed.Client.RestAsync(id)).State);
    }

    [Fact]
    public async Task An_execution_that_has_cost_as_much_as_it_may_pauses_and_goes_on_with_more()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("dear")
                .Node("one", "flaky", new { cost = 0.4 })
                .Node("two", "flaky", new { cost = 0.4 }, "one")
                .Node("three", "flaky", new { cost = 0.4 }, "two")
                .Node("four", "flaky", new { cost = 0.4 }, "three"),
            config: new { max_cost_usd = 0.5 });
        var run = await testbed.Client.RestAsync(id);
        Assert.Equal(("paused", 0.8m), (run.State, run["total_cost"].GetDecimal()));
        Assert.DoesNotContain("three", Statuses(run).Keys);
        var events = await testbed.Client.GetAsync($"/api/executions/{id}/events?limit=100");
        Assert.Contains(events["items"].EnumerateArray(), item =>
            item.GetProperty("event_type").GetString() == "paused"
                && item.GetProperty("message").GetString()!.Contains("max_cost_usd", StringComparison.Ordinal));
        Assert.Equal(
            HttpStatusCode.BadRequest, (await testbed.Client.PostAsync($"/api/executions/{id}/resume", new { max_cost_usd = -1 })).Status);
        await testbed.DoAsync(id, "resume", new { max_cost_usd = 5 });
        run = await testbed.Client.RestAsync(id);
        Assert.Equal(("completed", 1.6m), (run.State, run["total_cost"].GetDecimal()));
    }

    [Fact]
    public async Task A_workspace_that_has_cost_as_much_as_it_may_in_a_day_goes_on_the_next_day()
    {
        await using var testbed = await StartAsync(
            ("Limits:MaxCostUsdPerDay", "100"), ("Limits:Workspaces:default:MaxCostUsdPerDay", "0.5"));
        var drawing = new Drawing("dear")
            .Node("one", "flaky", new { cost = 0.4 })
            .Node("two", "flaky", new { cost = 0.4 }, "one")
            .Node("three", "flaky", new { cost = 0.2 }, "two");
        var first = await testbed.RunAsync(drawing);
        var second = await testbed.RunAsync(drawing);
        Assert.Equal(("paused", 0.8m), (first.State, first["total_cost"].GetDecimal()));
        Assert.Equal(("paused", 0m), (second.State, second["total_cost"].GetDecimal()));
        var events = (await testbed.Client.GetAsync($"/api/executions/{second.Id}/events?limit=100"))["items"].EnumerateArray();
        var pause = events.Single(item => item.GetProperty("event_type").GetString() == "paused");
        Assert.Contains(
            "The workspace 'default' has cost 0.8 USD today and may cost 0.5 a day (Limits:Workspaces:default:MaxCostUsdPerDay)",
            pause.GetProperty("message").GetString(), StringComparison.Ordinal);

        await testbed.Database.ExecuteAsync("UPDATE workflow_workspace_costs SET day = day - 1");
        await testbed.DoAsync(first.Id, "resume");
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(first.Id));
        Assert.Equal(
            [0.8m, 0.2m],
            await testbed.Database.QueryAsync<decimal>("SELECT sum(cost_usd) FROM workflow_workspace_costs GROUP BY day ORDER BY day"));
    }

    [Fact]
    public async Task A_node_asks_the_next_of_its_models_where_one_is_busy_and_the_record_says_which_has_answered()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        models.Answer = request => request.Model == "first" ? WireAnswer.Error(429, "Slow down") : WireAnswer.Copy("Here.", 1_000, 0);
        await using var testbed = await StartAsync(
            ("Models:Endpoints:test:BaseUrl", $"{models.BaseUrl}"),
            ("Models:Endpoints:test:Models:first:InputPerMillion", "1000"), ("Models:Endpoints:test:Models:second:InputPerMillion", "1"));
        var run = await testbed.RunAsync(
            new Drawing("fall back").Node("write", "generate_copy", new { prompt = "Write", model = new[] { "first", "second" } }));
        await testbed.AssertCompletedAsync(run);
        var output = Output(run, "write");
        Assert.Equal(("second", "Here."), (output.GetProperty("model").GetString(), output.GetProperty("text").GetString()));
        Assert.Equal(0.001m, run["total_cost"].GetDecimal());
        var tried = Assert.Single(output.GetProperty("tried").EnumerateArray());
        Assert.Equal("first", tried.GetProperty("model").GetString());
        Assert.Contains("HTTP 429. It said: Slow down", tried.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, run["jobs"][0].GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task A_model_is_asked_no_more_often_in_a_minute_than_it_may_and_to_wait_is_no_attempt()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var testbed = await StartAsync(
            ("Models:Endpoints:test:BaseUrl", $"{models.BaseUrl}"), ("Models:Endpoints:test:Models:writer:RequestsPerMinute", "2"));
        var drawing = new Drawing("limited");
        foreach (var node in new[] { "a", "b", "c" })
            drawing.Node(node, "generate_copy", new { prompt = "Write", retry = new { max_attempts = 1 } });
        var id = await testbed.StartAsync(drawing);
        const string Settled = "status = 'completed' OR (status = 'pending' AND wake_at > NOW() + interval '30 seconds')";
        while ((await testbed.Database.QueryAsync<long>($"SELECT count(*) FROM agent_jobs WHERE {Settled}")).Single() < 3)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, models.Requests.Count);
        // As if a minute had passed.
        await testbed.DoAsync(id, "pause");
        await testbed.Database.ExecuteAsync("UPDATE workflow_model_calls SET second = second - interval '61 seconds'");
        await testbed.Database.ExecuteAsync("UPDATE agent_jobs SET wake_at = NOW() WHERE status = 'pending'");
        await testbed.DoAsync(id, "resume");
        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(3, models.Requests.Count);
        Assert.All(run["jobs"].EnumerateArray(), job => Assert.Equal(1, job.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task No_more_nodes_run_at_once_than_may()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        effects.Delay = TimeSpan.FromMilliseconds(50);
        var drawing = new Drawing("parallel").Node("start", "input");
        for (var i = 0; i < 12; i++)
            drawing.Node($"n{i}", "http_request", new { method = "POST", url = $"{effects.Address}/count/n{i}" }, "start");
        Assert.Equal("completed", (await testbed.RunAsync(drawing, config: new { max_parallel_nodes = 3 })).State);
        Assert.InRange(effects.MostAtOnce, 1, 3);
    }

    [Fact]
    public async Task No_more_executions_of_a_workspace_run_at_once_than_may_and_the_others_know_their_place()
    {
        await using var testbed = await StartAsync(("Limits:ExecutionsPerWorkspace", "2"));
        var template = await testbed.Client.SaveAsync(new Drawing("turns").Node("busy", "flaky", new { endless = true, }).ToFile());
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add(await testbed.Client.StartAsync(template));
        await testbed.Client.UntilAsync(ids[0], "busy", "running");
        await testbed.Client.UntilAsync(ids[1], "busy", "running");
        foreach (var (id, place) in ids.Skip(2).Zip([1, 2, 3]))
        {
            var row = await testbed.Client.GetAsync($"/api/executions/{id}");
            Assert.Equal(("pending", place), (row.State, row["queue_position"].GetInt32()));
        }

        var list = (await testbed.Client.GetAsync("/api/executions"))["items"].EnumerateArray();
        Assert.Equal(
            [3, 2, 1, null, null],
            list.Select(row =>
                row.GetProperty("queue_position") is { ValueKind: JsonValueKind.Number } place ? place.GetInt32() : (int?)null));

        await testbed.DoAsync(ids[0], "cancel");
        await testbed.Client.UntilAsync(ids[2], "busy", "running");
        Assert.Equal("pending", (await testbed.Client.GetAsync($"/api/executions/{ids[3]}")).State);
    }

    [Fact]
    public async Task A_child_does_not_wait_for_the_turn_that_its_parent_has()
    {
        await using var testbed = await StartAsync(("Limits:ExecutionsPerWorkspace", "1"));
        var child = await testbed.Client.SaveAsync(new Drawing("child").Node("a", "merge").ToFile());
        var run = await testbed.RunAsync(new Drawing("parent").Node("sub", "sub_workflow", new { template_id = child }));
        await testbed.AssertCompletedAsync(run);
    }

    [Fact]
    public async Task No_more_nodes_of_a_type_run_at_once_than_may()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync(("Limits:NodesPerType:http_request", "2"));
        effects.Delay = TimeSpan.FromMilliseconds(50);
        var drawing = new Drawing("limited");
        for (var i = 0; i < 8; i++)
            drawing.Node($"n{i}", "http_request", new { method = "POST", url = $"{effects.Address}/count/n{i}" });
        var ids = await Task.WhenAll(testbed.StartAsync(drawing), testbed.StartAsync(drawing));
        foreach (var id in ids)
            Assert.Equal("completed", (await testbed.Client.RestAsync(id)).State);
        Assert.InRange(effects.MostAtOnce, 1, 2);
    }

    [Fact]
    public async Task A_workspace_in_which_many_executions_wait_keeps_no_other_workspace_waiting()
    {
        await using var testbed = await StartAsync(("Limits:ExecutionsPerWorkspace", "1"));
        await testbed.Database.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ('small', 'Small')");
        var template = await testbed.Client.SaveAsync(new Drawing("turns").Node("busy", "flaky", new { endless = true }).ToFile());
        var (busy, small) = (await StartInAsync(testbed, template, "default", 6), await StartInAsync(testbed, template, "small", 2));
        await testbed.Client.UntilAsync(busy[0], "busy", "running");
        await testbed.Client.UntilAsync(small[0], "busy", "running");
        Assert.Equal([1, 2, 3, 4, 5], await PlacesAsync(testbed, busy.Skip(1)));
        Assert.Equal([1], await PlacesAsync(testbed, small.Skip(1)));

        // A place that gets free is for the one that came first in that workspace.
        await testbed.DoAsync(small[0], "cancel");
        await testbed.Client.UntilAsync(small[1], "busy", "running");
        Assert.Equal([1, 2, 3, 4, 5], await PlacesAsync(testbed, busy.Skip(1)));
        await testbed.DoAsync(busy[0], "cancel");
        await testbed.Client.UntilAsync(busy[1], "busy", "running");
        Assert.Equal([1, 2, 3, 4], await PlacesAsync(testbed, busy.Skip(2)));
    }

    [Fact]
    public async Task A_node_whose_output_would_be_too_large_fails_and_says_so()
    {
        await using var testbed = await StartAsync(("Limits:OutputBytes", "20000"));
        var drawing = new Drawing("doubling").Node("left0", "input").Node("right0", "input");
        for (var layer = 1; layer <= 40; layer++)
        {
            foreach (var side in new[] { "left", "right" })
                drawing.Node($"{side}{layer}", "merge", null, $"left{layer - 1}", $"right{layer - 1}");
        }

        var run = await testbed.RunAsync(drawing, new { text = new string('x', 100) });

        Assert.Equal("failed", run.State);
        Assert.Contains("a node may have 20,000 (Limits:OutputBytes)", run["error_message"].GetString(), StringComparison.Ordinal);
        Assert.InRange(run["jobs"].EnumerateArray().Max(job => job.GetProperty("output").GetRawText().Length), 10_000, 20_000);
    }

    [Fact]
    public async Task A_loop_whose_results_would_be_too_large_together_fails_before_they_are_gathered()
    {
        await using var testbed = await StartAsync(("Limits:OutputBytes", "20000"));
        var run = await testbed.RunAsync(
            new Drawing("loop")
                .Node("each", "for_each", new { items = Enumerable.Range(0, 30), on_error = "branch" })
                .Inside("each", "write", "transform", new { fields = new { text = "{{ params.text }}" } })
                .Node("rescued", "transform", new { template = "{{ nodes.each.error.message }}" }, "each/error"),
            new { text = new string('x', 1000) });

        await testbed.AssertCompletedAsync(run);
        Assert.Contains("a node may have 20,000", Output(run, "rescued").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            30,
            run["jobs"]
                .EnumerateArray()
                .Count(job =>
                    job.GetProperty("job_type").GetString() == "transform"
                    && job.GetProperty("node_id").GetString()!.StartsWith("write#", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_execution_ends_even_if_the_database_takes_no_checkpoint_of_it()
    {
        await using var testbed = await StartAsync();
        await testbed.Database.ExecuteAsync("ALTER TABLE workflow_checkpoints ADD CONSTRAINT too_large CHECK (FALSE)");
        var id = await testbed.StartAsync(new Drawing("large").Node("hold", "wait_for_signal", new { signal = "go" }));
        await testbed.Client.UntilAsync(id, "hold", "waiting");

        await testbed.DoAsync(id, "pause");
        await testbed.DoAsync(id, "resume");
        await testbed.DoAsync(id, "signals/go");

        Assert.Equal("completed", (await testbed.Client.RestAsync(id)).State);
    }

    private static async Task<IReadOnlyList<string>> StartInAsync(EngineTestbed testbed, string templateId, string workspaceId, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
            ids.Add((await testbed.Client.PostAsync("/api/executions", new { template_id = templateId, workspace_id = workspaceId })).Id);
        return ids;
    }

    private static async Task<IReadOnlyList<int>> PlacesAsync(EngineTestbed testbed, IEnumerable<string> ids)
    {
        var places = new List<int>();
        foreach (var id in ids)
            places.Add((await testbed.Client.GetAsync($"/api/executions/{id}"))["queue_position"].GetInt32());
        return places;
    }
}
