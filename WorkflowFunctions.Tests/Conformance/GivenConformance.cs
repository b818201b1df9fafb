using System.Net;
using System.Text.Json;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>Executions that begin with outputs that are given: drafts, single nodes, and what another execution has recorded.</summary>
public abstract class GivenConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    [Fact]
    public async Task A_node_of_a_draft_is_tested_on_the_data_of_the_last_run()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        Drawing Draw(string write) => new Drawing("draft")
            .Node("brief", "http_request", Call(effects, "brief"))
            .Node("pick", "condition", new { @if = "params.loud" }, "brief")
            .Node("write", "http_request", Call(effects, write, new { from = "{{ nodes.brief.body.name }}" }), "pick/true")
            .Node("after", "http_request", Call(effects, "after"), "write")
            .Node("aside", "http_request", Call(effects, "aside"), "brief");
        var template = await testbed.Client.SaveAsync(Draw("write").ToFile());
        var saved = (await testbed.Client.GetAsync($"/api/templates/{template}"))["nodes_json"].GetRawText();
        // It took the other branch: the node that is tested has not run.
        var origin = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template, new { loud = false }));

        for (var test = 1; test <= 3; test++)
        {
            var run = await RunAsync(testbed, new
            {
                template_id = template,
                template = Draw($"draft{test}").ToFile(),
                from_execution = origin.Id,
                only = new[] { "write" },
                reason = "what if",
            });
            Assert.Equal("completed", run.State);
            Assert.Equal(origin.Id, run["origin_execution_id"].GetString());
            Assert.Equal($"draft{test}", Output(run, "write").GetProperty("body").GetProperty("name").GetString());
            Assert.Equal(
                ["completed", "completed", "completed", "skipped", "completed"], Statuses(run, "brief", "pick", "write", "after", "aside"));
            Assert.Equal(
                [$"{origin.Id}:brief", $"{origin.Id}:pick", null, "request", $"{origin.Id}:aside"],
                GivenFrom(run, "brief", "pick", "write", "after", "aside"));
        }

        Assert.Equal(
            (1, 1, 1, 1, 1),
            (effects.Counts["brief"], effects.Counts["aside"], effects.Counts["draft1"], effects.Counts["draft2"],
                effects.Counts["draft3"]));
        Assert.False(effects.Counts.ContainsKey("after"));
        Assert.Equal(saved, (await testbed.Client.GetAsync($"/api/templates/{template}"))["nodes_json"].GetRawText());
    }

    [Fact]
    public async Task A_completed_execution_goes_on_with_an_edited_output_in_a_new_one()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(Chain(effects).ToFile());
        var origin = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template));
        var run = await RunAsync(testbed, new
        {
            template_id = template,
            from_execution = origin.Id,
            outputs = new { second = new { body = new { name = "edited" } } },
            reason = "The tone was wrong.",
        });

        await testbed.AssertCompletedAsync(run);
        Assert.Equal((1, 1, 2), (effects.Counts["first"], effects.Counts["second"], effects.Counts["third"]));
        Assert.Equal("edited", Output(run, "say").GetProperty("text").GetString());
        Assert.Equal([$"{origin.Id}:first", "request", null, null], GivenFrom(run, "first", "second", "third", "say"));
        var given = (await testbed.Client.GetAsync($"/api/executions/{run.Id}/events"))["items"].EnumerateArray()
            .Single(item => item.GetProperty("event_type").GetString() == "given");
        Assert.Equal("The tone was wrong.", given.GetProperty("message").GetString());
        Assert.Equal(
            (origin.Id, "second"),
            (
                given.GetProperty("event_data").GetProperty("from_execution").GetString(),
                given.GetProperty("event_data").GetProperty("edited")[0].GetString()));
        Assert.Equal(
            "second", Output(await testbed.Client.GetAsync($"/api/executions/{origin.Id}"), "say").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Only_what_changed_params_reach_runs_again()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(new Drawing("params")
            .Node("same", "http_request", Call(effects, "same"))
            .Node("read", "http_request", Call(effects, "{{ params.name }}"), "same")
            .Node("after", "http_request", Call(effects, "after"), "read")
            .Node("aside", "http_request", Call(effects, "aside"), "same").ToFile());
        var origin = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template, new { name = "one", other = 1 }));
        var run = await RunAsync(testbed, new { template_id = template, from_execution = origin.Id, @params = new { name = "two" } });

        await testbed.AssertCompletedAsync(run);
        Assert.Equal(
            (1, 1, 1, 2, 1),
            (effects.Counts["same"], effects.Counts["one"], effects.Counts["two"], effects.Counts["after"], effects.Counts["aside"]));
        Assert.Equal(1, run["config_json"].GetProperty("params").GetProperty("other").GetInt32());
    }

    [Fact]
    public async Task An_item_of_a_loop_is_edited_and_the_others_are_taken_over()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(Loop(effects).ToFile());
        var origin = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template));
        var run = await RunAsync(
            testbed,
            new
            {
                template_id = template,
                from_execution = origin.Id,
                outputs = new Dictionary<string, object> { ["call#1"] = new { body = new { name = "edited" } } },
            });

        Assert.Equal("completed", run.State);
        Assert.Equal("a!, edited!, c!", Output(run, "join").GetProperty("text").GetString());
        Assert.Equal((1, 1, 1), (effects.Counts["a"], effects.Counts["b"], effects.Counts["c"]));
        Assert.Equal(["request", null, $"{origin.Id}:say#0"], GivenFrom(run, "call#1", "say#1", "say#0"));
    }

    [Fact]
    public async Task One_item_of_a_loop_is_run_alone()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(Loop(effects).ToFile());
        var origin = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template));
        var run = await RunAsync(testbed, new { template_id = template, from_execution = origin.Id, only = new[] { "call#2" } });

        Assert.Equal("completed", run.State);
        Assert.Equal((1, 1, 2), (effects.Counts["a"], effects.Counts["b"], effects.Counts["c"]));
        Assert.Equal(["completed", "skipped", "completed", "skipped"], Statuses(run, "call#2", "say#2", "say#1", "join"));
    }

    [Fact]
    public async Task What_begins_with_given_outputs_outlives_a_restart_and_a_pause()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(
            new Drawing("restart")
                .Node("first", "http_request", Call(effects, "first"))
                .Node("hold", "wait_for_signal", new { signal = "go" }, "first")
                .Node(
                    "child",
                    "sub_workflow",
                    new
                    {
                        template_id = await testbed.Client.SaveAsync(
                            new Drawing("child").Node("in", "http_request", Call(effects, "child")).ToFile()),
                    },
                    "hold")
                .Node("say", "transform", new { template = "{{ nodes.first.text }} {{ nodes.child.say }}" }, "child")
                .ToFile());
        var answer = await testbed.Client.PostAsync(
            "/api/executions",
            new { template_id = template, outputs = new { first = new { text = "given" }, child = new { say = "too" } } });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        await testbed.Client.UntilAsync(answer.Id, "hold", "waiting");
        await testbed.DoAsync(answer.Id, "pause");
        await testbed.RestartAsync();
        await testbed.DoAsync(answer.Id, "resume");
        await testbed.DoAsync(answer.Id, "signals/go");
        var run = await testbed.Client.RestAsync(answer.Id);

        await testbed.AssertCompletedAsync(run);
        Assert.Equal("given too", Output(run, "say").GetProperty("text").GetString());
        Assert.Empty(effects.Counts);
    }

    [Fact]
    public async Task Given_items_and_a_sub_workflow_outlive_a_stop_in_the_middle_of_a_node()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync(("Shutdown:TimeoutSeconds", "1"));
        var child = await testbed.Client.SaveAsync(new Drawing("child").Node("in", "http_request", Call(effects, "child")).ToFile());
        var template = await testbed.Client.SaveAsync(Loop(effects)
            .Node("child", "sub_workflow", new { template_id = child }, "join")
            .Node("last", "http_request", Call(effects, "last"), "child").ToFile());
        var origin = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template));
        effects.Gate = new TaskCompletionSource().Task;
        var called = effects.NextCallAsync();
        var answer = await testbed.Client.PostAsync("/api/executions", new
        {
            template_id = template,
            from_execution = origin.Id,
            outputs = new Dictionary<string, object> { ["call#1"] = new { body = new { name = "edited" } } },
        });
        await called;
        await testbed.Client.UntilAsync(answer.Id, "child", "waiting");
        await testbed.RestartAsync();
        effects.Gate = Task.CompletedTask;
        var run = await testbed.Client.RestAsync(answer.Id);

        Assert.Equal("completed", run.State);
        Assert.Equal("a!, edited!, c!", Output(run, "join").GetProperty("text").GetString());
        Assert.Equal((1, 1, 1, 2), (effects.Counts["a"], effects.Counts["b"], effects.Counts["c"], effects.Counts["last"]));
        Assert.Equal(["request", null, $"{origin.Id}:say#0"], GivenFrom(run, "call#1", "say#1", "say#0"));
    }

    [Fact]
    public async Task A_drawing_that_nobody_has_saved_is_tried_and_saved_later()
    {
        await using var testbed = await StartAsync();
        var drawing = new Drawing("unsaved").Node("one", "transform", new { template = "one" })
            .Node("two", "transform", new { template = "{{ nodes.one.text }} two" }, "one").ToFile();
        var run = await RunAsync(
            testbed, new { template = drawing, outputs = new { one = new { text = "given" } }, only = new[] { "two" } });
        var template = run["template_id"].GetString()!;
        var row = await testbed.Client.GetAsync($"/api/templates/{template}");

        Assert.Equal(("completed", "given two"), (run.State, Output(run, "two").GetProperty("text").GetString()));
        Assert.Equal(("unsaved", JsonValueKind.String), (row["name"].GetString(), row["archived_at"].ValueKind));
        Assert.DoesNotContain(
            (await testbed.Client.GetAsync($"/api/templates/{template}/versions?limit=1"))["items"].EnumerateArray(),
            save => save.GetProperty("saved_by").ValueKind == JsonValueKind.String);
        Assert.Equal(HttpStatusCode.OK, (await testbed.Client.PutAsync($"/api/templates/{template}", drawing)).Status);
        Assert.Equal(JsonValueKind.Null, (await testbed.Client.PostAsync($"/api/templates/{template}/restore"))["archived_at"].ValueKind);
        Assert.Equal(
            "given two",
            Output(await RunAsync(testbed, new { template_id = template, from_execution = run.Id }), "two").GetProperty("text")
                .GetString());

        var count = (await testbed.Client.GetAsync("/api/templates"))["items"].GetArrayLength();
        foreach (var body in new object[] { new { }, new { template = "same" }, new { template = drawing, from_execution = run.Id } })
            Assert.Equal("/template_id", Assert.Single((await testbed.Client.PostAsync("/api/executions", body)).Pointers));
        Assert.Equal(
            "/only/0",
            Assert.Single(
                (await testbed.Client.PostAsync("/api/executions", new { template = drawing, only = new[] { "nobody" } })).Pointers));
        Assert.Equal(count, (await testbed.Client.GetAsync("/api/templates"))["items"].GetArrayLength());
    }

    [Fact]
    public async Task A_recorded_result_is_used_again_for_the_same_settings_while_it_is_young_enough()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(
            new Drawing("cache")
                .Node(
                    "call", "http_request",
                    new { method = "POST", url = $"{effects.Address}/count/{{{{ params.name }}}}", cache = new { seconds = 3600 } })
                .Node("say", "transform", new { template = "{{ nodes.call.body.count }}" }, "call")
                .ToFile());
        var first = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template, new { name = "a" }));
        var again = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template, new { name = "a" }));
        var other = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template, new { name = "b" }));
        await testbed.Database.ExecuteAsync("UPDATE agent_jobs SET completed_at = completed_at - INTERVAL '2 hours'");
        var late = await testbed.Client.RestAsync(await testbed.Client.StartAsync(template, new { name = "a" }));

        Assert.Equal(
            ["1", "1", "1", "2"], new[] { first, again, other, late }.Select(run => Output(run, "say").GetProperty("text").GetString()));
        Assert.Equal([null, $"{first.Id}:call", null, null], new[] { first, again, other, late }.SelectMany(run => GivenFrom(run, "call")));
        Assert.Equal((2, 1), (effects.Counts["a"], effects.Counts["b"]));
        var refused = await testbed.Client.PostAsync(
            "/api/templates/validate", new Drawing("waits").Node("ask", "approval", new { cache = new { seconds = 60 } }).ToFile());
        Assert.Equal("/nodes/0/data/cache", Assert.Single(refused.Pointers));
    }

    [Fact]
    public async Task A_given_output_counts_when_its_node_is_reached_and_not_at_all_if_it_is_not()
    {
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(
            new Drawing("reached")
                .Node("hold", "wait_for_signal", new { signal = "go" })
                .Node("pick", "condition", new { @if = "nodes.hold.loud" }, "hold")
                .Node("loud", "fail", new { message = "no" }, "pick/true")
                .Node("quiet", "fail", new { message = "no" }, "pick/false")
                .Node(
                    "say", "transform",
                    new { template = "{{ nodes.hold.word }} {{ nodes.loud.text | default: '' }}{{ nodes.quiet.text | default: '' }}" },
                    "loud", "quiet")
                .ToFile());
        var answer = await testbed.Client.PostAsync(
            "/api/executions",
            new { template_id = template, outputs = new { loud = new { text = "LOUD" }, quiet = new { text = "quiet" } } });
        await testbed.Client.UntilAsync(answer.Id, "hold", "waiting");
        Assert.DoesNotContain(
            (await testbed.Client.GetAsync($"/api/executions/{answer.Id}"))["jobs"].EnumerateArray(),
            job => job.GetProperty("node_id").GetString() == "say");
        await testbed.RestartAsync();
        await testbed.DoAsync(answer.Id, "signals/go", new { loud = true, word = "then" });
        var run = await testbed.Client.RestAsync(answer.Id);

        Assert.Equal("completed", run.State);
        Assert.Equal("then LOUD", Output(run, "say").GetProperty("text").GetString());
        Assert.Equal(["completed", "skipped"], Statuses(run, "loud", "quiet"));
    }

    [Fact]
    public async Task What_cannot_begin_as_it_is_asked_for_is_refused_with_where_it_stands()
    {
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(new Drawing("refused")
            .Node("pick", "condition", new { @if = "params.loud" })
            .Node("one", "transform", new { template = "one" }, "pick/true")
            .Node("two", "transform", new { template = "{{ nodes.one.text }}" }, "one")
            .Node("other", "transform", new { template = "other" }, "pick/false")
            .Node("each", "for_each", new { items = new[] { 1 } }, "one")
            .Inside("each", "inner", "transform", new { template = "{{ item }}" }).ToFile());
        var other = await testbed.RunAsync(new Drawing("other").Node("a", "merge"));

        await RefusedAsync(new { outputs = new { nobody = 1 } }, "/outputs/nobody");
        await RefusedAsync(new { outputs = new { pick = new { result = true } } }, "/branches/pick");
        await RefusedAsync(new { outputs = new { pick = 1 }, branches = new { pick = "maybe" } }, "/branches/pick");
        await RefusedAsync(new { branches = new { pick = "true" } }, "/branches/pick");
        await RefusedAsync(new { outputs = new { inner = 1 } }, "/outputs/inner");
        await RefusedAsync(new { outputs = new Dictionary<string, int> { ["inner#0"] = 1 } }, "/outputs/inner#0");
        await RefusedAsync(new { only = new[] { "two" } }, "/only/0");
        await RefusedAsync(new { only = new[] { "one", "nobody" } }, "/only/1");
        await RefusedAsync(new { only = new[] { "one", "other" } }, "/only/1");
        await RefusedAsync(new { only = new[] { "one" }, outputs = new { one = 1 } }, "/only/0");
        await RefusedAsync(new { only = new[] { "inner#0" } }, "/only/0");
        await RefusedAsync(new { from_execution = "exec-nobody" }, "/from_execution");
        await RefusedAsync(new { from_execution = other.Id }, "/from_execution");
        await RefusedAsync(new { template = "same" }, "/template");
        await RefusedAsync(new { template = 7 }, "/template");
        await RefusedAsync(new { template = new { nodes = new[] { new { id = "a", type = "nothing" } } } }, "/template/nodes/0/type");

        async Task RefusedAsync(object body, string pointer)
        {
            var json = JsonSerializer.SerializeToNode(body)!.AsObject();
            json["template_id"] = template;
            var answer = await testbed.Client.PostAsync("/api/executions", json);
            Assert.Equal((HttpStatusCode.BadRequest, pointer), (answer.Status, answer.Pointers is [var first, ..] ? first : null));
        }
    }

    private static async Task<ApiAnswer> RunAsync(EngineTestbed testbed, object request)
    {
        var answer = await testbed.Client.PostAsync("/api/executions", request);
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Json.ToString());
        return await testbed.Client.RestAsync(answer.Id);
    }

    private static Drawing Chain(EffectCounter effects) => new Drawing("chain")
        .Node("first", "http_request", Call(effects, "first"))
        .Node("second", "http_request", Call(effects, "second"), "first")
        .Node("third", "http_request", Call(effects, "third"), "second")
        .Node("say", "transform", new { template = "{{ nodes.second.body.name }}" }, "third");

    private static Drawing Loop(EffectCounter effects) => new Drawing("loop")
        .Node("each", "for_each", new { items = new[] { "a", "b", "c" } })
        .Inside("each", "call", "http_request", Call(effects, "{{ item }}"))
        .Inside("each", "say", "transform", new { template = "{{ nodes.call.body.name }}!" }, "call")
        .Node("join", "transform", new { template = "{{ nodes.each.results | map: 'text' | join: ', ' }}" }, "each");

    private static IEnumerable<string> Statuses(ApiAnswer execution, params IEnumerable<string> nodes)
    {
        var statuses = EngineTestbed.Statuses(execution);
        return nodes.Select(node => statuses[node]);
    }

    private static IEnumerable<string?> GivenFrom(ApiAnswer execution, params IEnumerable<string> nodes) => nodes.Select(node =>
        execution["jobs"].EnumerateArray().Single(job => job.GetProperty("node_id").GetString() == node).GetProperty("given_from")
            .GetString());

    private static object Call(EffectCounter effects, string name, object? body = null) =>
        new { method = "POST", url = $"{effects.Address}/count/{name}", body };
}
