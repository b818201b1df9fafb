using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>Retry, fork, and the version of the template that an execution runs.</summary>
public abstract class RetryConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    [Fact]
    public async Task A_retry_goes_on_from_the_node_that_failed()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        effects.FailingNames.Add("second");
        var run = await testbed.RunAsync(Calls(effects));
        Assert.Equal("failed", run.State);
        effects.FailingNames.Clear();
        var retried = await testbed.DoAsync(run.Id, "retry", new { reason = "it is up again" });
        Assert.Equal("running", retried.State);
        run = await testbed.Client.RestAsync(run.Id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal((1, 2, 1), (effects.Counts["first"], effects.Counts["second"], effects.Counts["third"]));
        Assert.Equal(1, run["retries"].GetInt32());
        Assert.Equal(
            1,
            run["jobs"].EnumerateArray().Single(job => job.GetProperty("node_id").GetString() == "second").GetProperty("attempt")
                .GetInt32());
    }

    [Fact]
    public async Task A_retry_from_the_start_runs_everything_again()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        effects.FailingNames.Add("second");
        var run = await testbed.RunAsync(Calls(effects));
        effects.FailingNames.Clear();
        await testbed.DoAsync(run.Id, "retry?from=start");
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(run.Id));
        Assert.Equal((2, 2, 1), (effects.Counts["first"], effects.Counts["second"], effects.Counts["third"]));
    }

    [Fact]
    public async Task A_retry_with_the_current_template_runs_what_has_changed_and_what_depends_on_it()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        effects.FailingNames.Add("end");
        Drawing Draw(string b) => new Drawing("edited")
            .Node("a", "http_request", Call(effects, "a"))
            .Node("b", "http_request", Call(effects, b), "a")
            .Node("c", "http_request", Call(effects, "c"), "a")
            .Node("d", "http_request", Call(effects, "d"), "b")
            .Node("end", "http_request", Call(effects, "end"), "c", "d");
        var file = Draw("b").ToFile();
        var template = await testbed.Client.SaveAsync(file);
        var id = await testbed.Client.StartAsync(template);
        Assert.Equal("failed", (await testbed.Client.RestAsync(id)).State);
        effects.FailingNames.Clear();
        Assert.Equal(HttpStatusCode.OK, (await testbed.Client.PutAsync($"/api/templates/{template}", Draw("b2").ToFile())).Status);

        await testbed.DoAsync(id, "retry?template=current");
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
        Assert.Equal(
            (1, 1, 1, 1, 2, 2),
            (
                effects.Counts["a"], effects.Counts["b"], effects.Counts["b2"], effects.Counts["c"], effects.Counts["d"],
                effects.Counts["end"]));
        Assert.Contains(
            "/count/b2", (await testbed.Client.GetAsync($"/api/executions/{id}/template")).Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_execution_runs_the_template_as_it_was_when_it_was_started()
    {
        await using var testbed = await StartAsync();
        Drawing Draw(string text) => new Drawing("versions")
            .Node("hold", "wait_for_signal", new { signal = "go" })
            .Node("say", "transform", new { template = text }, "hold");
        var template = await testbed.Client.SaveAsync(Draw("before").ToFile());
        var id = await testbed.Client.StartAsync(template);
        await testbed.Client.UntilAsync(id, "hold", "waiting");
        Assert.Equal(HttpStatusCode.OK, (await testbed.Client.PutAsync($"/api/templates/{template}", Draw("after").ToFile())).Status);
        await testbed.RestartAsync();
        await testbed.DoAsync(id, "signals/go");
        Assert.Equal("before", Output(await testbed.Client.RestAsync(id), "say").GetProperty("text").GetString());
        Assert.Contains(
            "before", (await testbed.Client.GetAsync($"/api/executions/{id}/template"))["nodes_json"].GetRawText(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_execution_can_be_retried_and_a_completed_or_running_one_cannot()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("cancelled")
            .Node("first", "merge")
            .Node("hold", "wait_for_signal", new { signal = "go" }, "first"));
        await testbed.Client.UntilAsync(id, "hold", "waiting");
        Assert.Equal(HttpStatusCode.Conflict, (await testbed.Client.PostAsync($"/api/executions/{id}/retry")).Status);
        await testbed.DoAsync(id, "cancel");
        await testbed.DoAsync(id, "retry");
        await testbed.DoAsync(id, "signals/go");
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
        Assert.Equal(HttpStatusCode.Conflict, (await testbed.Client.PostAsync($"/api/executions/{id}/retry")).Status);
    }

    [Theory]
    [InlineData("retry?from=middle")]
    [InlineData("retry?template=next")]
    public async Task A_retry_that_cannot_be_understood_is_refused(string call)
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("x").Node("a", "fail", new { message = "no" }));
        await testbed.Client.RestAsync(id);
        Assert.Equal(HttpStatusCode.BadRequest, (await testbed.Client.PostAsync($"/api/executions/{id}/{call}")).Status);
    }

    [Fact]
    public async Task An_item_that_failed_is_retried_and_the_others_are_not()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        effects.FailingNames.Add("n2");
        var run = await testbed.RunAsync(new Drawing("loop")
            .Node("each", "for_each", new { items = new[] { "n0", "n1", "n2", "n3" }, max_parallel = 1 })
            .Inside("each", "call", "http_request", Call(effects, "{{ item }}"))
            .Inside("each", "name", "transform", new { template = "{{ nodes.call.body.name }}" }, "call"));
        Assert.Equal("failed", run.State);
        effects.FailingNames.Clear();
        await testbed.DoAsync(run.Id, "retry");
        run = await testbed.Client.RestAsync(run.Id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(
            ["n0", "n1", "n2", "n3"],
            Output(run, "each").GetProperty("results").EnumerateArray().Select(result => result.GetProperty("text").GetString()));
        Assert.Equal((1, 1, 2, 1), (effects.Counts["n0"], effects.Counts["n1"], effects.Counts["n2"], effects.Counts["n3"]));
    }

    [Fact]
    public async Task An_approval_that_runs_again_is_asked_again()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("again").Node("ask", "approval").Node("no", "fail", new { message = "no" }, "ask/rejected"));
        await testbed.DoAsync(id, "signals/ask", new { decision = "rejected" });
        Assert.Equal("failed", (await testbed.Client.RestAsync(id)).State);
        await testbed.DoAsync(id, "retry?from=start");
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved" });
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
    }

    [Fact]
    public async Task A_fork_begins_where_the_checkpoint_stood_with_other_params()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("fork")
                .Node("call", "http_request", Call(effects, "once"))
                .Node("pick", "condition", new { @if = "params.loud" }, "call")
                .Node("hold", "wait_for_signal", new { signal = "go" }, "pick/false")
                .Node("never", "fail", new { message = "no" }, "pick/true")
                .Node("say", "transform", new { template = "{{ params.word }} {{ nodes.call.body.name }}" }, "hold"),
            new { loud = false, word = "first" },
            new { checkpoint_every_nodes = 1 });
        await testbed.Client.UntilAsync(id, "hold", "waiting");
        await testbed.DoAsync(id, "checkpoint");
        await testbed.DoAsync(id, "signals/go");
        var origin = await testbed.Client.RestAsync(id);
        Assert.Equal("first once", Output(origin, "say").GetProperty("text").GetString());

        var checkpoint = (await testbed.Client.GetAsync($"/api/executions/{id}/checkpoints")).Json.EnumerateArray()
            .Single(item => item.GetProperty("checkpoint_type").GetString() == "manual").GetProperty("id").GetString();
        var forked = await testbed.DoAsync(id, "fork", new { checkpoint_id = checkpoint, @params = new { word = "second" } });
        Assert.NotEqual(id, forked.Id);
        Assert.Equal((id, checkpoint), (forked["origin_execution_id"].GetString(), forked["origin_checkpoint_id"].GetString()));
        await testbed.DoAsync(forked.Id, "signals/go");
        var run = await testbed.Client.RestAsync(forked.Id);
        Assert.Equal("completed", run.State);
        Assert.Equal("second once", Output(run, "say").GetProperty("text").GetString());
        Assert.Equal("skipped", Statuses(run)["never"]);
        Assert.Equal(1, effects.Counts["once"]);
        Assert.Equal(5, run["jobs"].GetArrayLength());
        Assert.Equal("first once", Output(await testbed.Client.GetAsync($"/api/executions/{id}"), "say").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Every_checkpoint_of_a_run_can_be_forked_and_gives_the_same_outputs()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(
            new Drawing("every")
                .Node("a", "transform", new { fields = new { list = new[] { 1, 2, 3 } } })
                .Node("each", "for_each", new { items = "{{ nodes.a.list }}", max_parallel = 1 }, "a")
                .Inside("each", "double", "transform", new { fields = new { value = "{{ item | times: 2 }}" } })
                .Node("error", "fail", new { message = "gone past", on_error = "continue" }, "each")
                .Node(
                    "end", "output",
                    new { value = new { results = "{{ nodes.each.results | map: 'value' }}", error = "{{ nodes.error.error.message }}" } },
                    "error"),
            config: new { checkpoint_every_nodes = 1 });
        Assert.Equal("completed", run.State);
        var checkpoints = (await testbed.Client.GetAsync($"/api/executions/{run.Id}/checkpoints")).Json.EnumerateArray()
            .Select(item => item.GetProperty("id").GetString()).ToList();
        Assert.True(checkpoints.Count > 3, $"There are only {checkpoints.Count} checkpoints.");
        foreach (var checkpoint in checkpoints)
        {
            var forked = await testbed.Client.RestAsync((await testbed.DoAsync(run.Id, "fork", new { checkpoint_id = checkpoint })).Id);
            Assert.Equal("completed", forked.State);
            Assert.Equal(run["outputs"].GetRawText(), forked["outputs"].GetRawText());
        }
    }

    [Fact]
    public async Task A_checkpoint_of_another_execution_cannot_be_forked()
    {
        await using var testbed = await StartAsync();
        var one = await testbed.RunAsync(new Drawing("one").Node("a", "merge"));
        var two = await testbed.RunAsync(new Drawing("two").Node("a", "merge"));
        var checkpoint = (await testbed.Client.GetAsync($"/api/executions/{one.Id}/checkpoints")).Json[0].GetProperty("id").GetString();
        var answer = await testbed.Client.PostAsync($"/api/executions/{two.Id}/fork", new { checkpoint_id = checkpoint });
        Assert.Equal((HttpStatusCode.BadRequest, "/checkpoint_id"), (answer.Status, Assert.Single(answer.Pointers)));
    }

    private static Drawing Calls(EffectCounter effects) => new Drawing("calls")
        .Node("first", "http_request", Call(effects, "first"))
        .Node("second", "http_request", Call(effects, "second"), "first")
        .Node("third", "http_request", Call(effects, "third"), "second");

    private static object Call(EffectCounter effects, string name) =>
        new { method = "POST", url = $"{effects.Address}/count/{name}", retry = new { max_attempts = 1 } };
}
