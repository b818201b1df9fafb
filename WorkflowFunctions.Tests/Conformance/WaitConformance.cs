using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary><c>approval</c>, <c>wait_for_signal</c> and <c>delay</c>.</summary>
public abstract class WaitConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    /// <summary>What says when a question was decided.</summary>
    private const string Decided = @"at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\.";

    [Theory]
    [InlineData("approved", "publish", "reject")]
    [InlineData("rejected", "reject", "publish")]
    public async Task An_approval_takes_the_branch_of_the_answer_and_records_who_gave_it(string decision, string taken, string skipped)
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Approval());
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.DoAsync(id, "signals/ask", new { decision, comment = "because", decided_by = "ada" });
        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(("completed", "skipped"), (Statuses(run)[taken], Statuses(run)[skipped]));
        var output = Output(run, "ask");
        Assert.Equal(
            (decision, "because", "ada"),
            (
                output.GetProperty("decision").GetString(), output.GetProperty("comment").GetString(),
                output.GetProperty("decided_by").GetString()));
        var events = await testbed.Client.GetAsync($"/api/executions/{id}/events?limit=100");
        Assert.Contains(
            events["items"].EnumerateArray(),
            item => item.GetProperty("event_type").GetString() == "signalled" && item.GetProperty("created_by").GetString() == "ada");
    }

    [Fact]
    public async Task An_approval_is_answered_once()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Approval());
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => testbed.Client.PostAsync(
            $"/api/executions/{id}/signals/ask", new { decision = number % 2 == 0 ? "approved" : "rejected", decided_by = $"p{number}" })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Accepted),
            answer => Assert.Equal(HttpStatusCode.Conflict, answer.Status));
        var accepted = Array.FindIndex(answers, answer => answer.Status == HttpStatusCode.Accepted);
        var run = await testbed.Client.RestAsync(id);
        Assert.Equal($"p{accepted}", Output(run, "ask").GetProperty("decided_by").GetString());
        var late = await testbed.Client.PostAsync($"/api/executions/{id}/signals/ask", new { decision = "approved" });
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains($"by p{accepted}", late["detail"].GetString(), StringComparison.Ordinal);
        Assert.Matches(Decided, late["detail"].GetString());
    }

    [Fact]
    public async Task An_answer_without_a_known_decision_is_refused_and_the_approval_still_waits()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Approval());
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        foreach (var body in new object[]
            {
                new { },
                new { decision = "maybe" },
                new { decision = 5 },
                new { decision = "approved", comment = new[] { 1 } },
            })
            Assert.Equal(HttpStatusCode.BadRequest, (await testbed.Client.PostAsync($"/api/executions/{id}/signals/ask", body)).Status);
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved" });
        Assert.Equal("completed", (await testbed.Client.RestAsync(id)).State);
    }

    [Fact]
    public async Task A_signal_that_comes_before_the_wait_is_kept()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("early")
            .Node("first", "wait_for_signal", new { signal = "first" })
            .Node("second", "wait_for_signal", new { signal = "second" }, "first")
            .Node("ask", "approval", null, "second")
            .Node("end", "output", new { value = "{{ nodes.second.n }} {{ nodes.ask.decision }}" }, "ask/approved"));
        await testbed.DoAsync(id, "signals/second", new { n = 2 });
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved" });
        await testbed.RestartAsync();
        await testbed.DoAsync(id, "signals/first", new { n = 1 });
        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("2 approved", run["outputs"].GetProperty("end").GetString());
    }

    [Fact]
    public async Task A_wait_survives_a_restart_and_ends_with_a_signal_that_is_sent_while_no_engine_runs_it()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Approval());
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.RestartAsync();
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved" });
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
    }

    [Fact]
    public async Task A_signal_is_given_to_one_of_the_nodes_that_wait_for_it()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("two")
            .Node("a", "wait_for_signal", new { signal = "go" })
            .Node("b", "wait_for_signal", new { signal = "go" }));
        await testbed.Client.UntilAsync(id, "a", "waiting");
        await testbed.Client.UntilAsync(id, "b", "waiting");
        await testbed.DoAsync(id, "signals/go", new { n = 1 });
        await testbed.DoAsync(id, "signals/go", new { n = 2 });
        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal([1, 2], new[] { "a", "b" }.Select(node => Output(run, node).GetProperty("n").GetInt32()).Order());
    }

    [Theory]
    [InlineData("approved", "completed", "publish")]
    [InlineData("rejected", "completed", "reject")]
    [InlineData("fail", "failed", null)]
    public async Task An_approval_that_nobody_answers_does_as_it_is_told(string onTimeout, string state, string? taken)
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(Approval(new { message = "Well?", timeout_seconds = 0.2, on_timeout = onTimeout }));
        Assert.Equal(state, run.State);
        if (taken is not null)
            Assert.Equal("completed", Statuses(run)[taken]);
        else
            Assert.Contains("Nobody answered", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_that_is_settled_without_an_answer_takes_none_until_it_is_asked_anew()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("late answers")
            .Node("route", "condition", new { @if = "false" })
            .Node("skipped", "approval", null, "route/true")
            .Node("late", "approval", new { timeout_seconds = 0.2, on_timeout = "rejected" })
            .Node("each", "for_each", new { items = new[] { 1 }, on_error = "continue" })
            .Inside("each", "broken", "fail", new { message = "No." })
            .Inside("each", "inner", "approval")
            .Node("hold", "wait_for_signal", new { signal = "go" }, "late", "each"));
        await testbed.Client.UntilAsync(id, "hold", "waiting");
        foreach (var (name, reason) in new[] { ("skipped", "skipped"), ("late", "Nobody answered in time"), ("inner#0", "cancelled") })
        {
            var answer = await testbed.Client.PostAsync(
                $"/api/executions/{id}/signals/{Uri.EscapeDataString(name)}", new { decision = "approved" });
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Contains(reason, answer["detail"].GetString(), StringComparison.Ordinal);
            Assert.Matches(Decided, answer["detail"].GetString());
        }

        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await testbed.Client.PostAsync($"/api/executions/{id}/signals/inner", new { decision = "approved" })).Status);
        var events = await testbed.Client.GetAsync($"/api/executions/{id}/events?limit=100");
        Assert.DoesNotContain(events["items"].EnumerateArray(), item => item.GetProperty("event_type").GetString() == "signalled");
        await testbed.DoAsync(id, "signals/go");
        Assert.Equal("completed", (await testbed.Client.RestAsync(id)).State);
    }

    [Fact]
    public async Task An_approval_that_nobody_answered_is_asked_anew_by_a_retry_from_the_start()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Approval(new { message = "Well?", timeout_seconds = 1 }));
        Assert.Equal("failed", (await testbed.Client.RestAsync(id)).State);
        var late = await testbed.Client.PostAsync($"/api/executions/{id}/signals/ask", new { decision = "approved" });
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("Nobody answered within 1 seconds", late["detail"].GetString(), StringComparison.Ordinal);
        Assert.Matches(Decided, late["detail"].GetString());
        await testbed.DoAsync(id, "retry?from=start");
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved" });
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
    }

    [Fact]
    public async Task What_waits_for_longer_than_its_timeout_fails_and_what_it_has_started_is_cancelled()
    {
        await using var testbed = await StartAsync();
        var child = await testbed.Client.SaveAsync(new Drawing("child").Node("hold", "wait_for_signal", new { signal = "never" }).ToFile());
        object Policy(object own) =>
            Merge(own, new { timeout_seconds = 0.5, on_error = "continue", retry = new { max_attempts = 2, delay_seconds = 0 } });
        var run = await testbed.RunAsync(new Drawing("slow")
            .Node("delay", "delay", Policy(new { seconds = 3600 }))
            .Node("soon", "delay", new { seconds = 0.1, timeout_seconds = 3600 })
            .Node("sub", "sub_workflow", Policy(new { template_id = child }))
            .Node("loop", "for_each", Policy(new { items = new[] { 1, 2, 3 } }))
            .Inside("loop", "hold", "wait_for_signal", new { signal = "never" }));

        await testbed.AssertCompletedAsync(run);
        Assert.Equal(
            ("failed", "completed", "failed", "failed"),
            (Statuses(run)["delay"], Statuses(run)["soon"], Statuses(run)["sub"], Statuses(run)["loop"]));
        foreach (var node in new[] { "delay", "sub", "loop" })
            Assert.Contains(
                "timeout_seconds", Output(run, node).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, Output(run, "delay").GetProperty("error").GetProperty("attempts").GetInt32());
        var events = await testbed.Client.GetAsync($"/api/executions/{run.Id}/events?limit=100");
        Assert.Equal(2, events["items"].EnumerateArray().Count(item =>
            item.GetProperty("event_type").GetString() == "node_started" && item.GetProperty("node_id").GetString() == "delay"));
        var children = await testbed.Client.GetAsync($"/api/executions?template_id={child}");
        Assert.Equal(["cancelled", "cancelled"], children["items"].EnumerateArray().Select(item => item.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_signal_that_does_not_come_in_time_fails_the_node()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(new Drawing("late")
            .Node("wait", "wait_for_signal", new { signal = "never", timeout_seconds = 0.2, on_error = "branch" })
            .Node("rescue", "transform", new { template = "{{ nodes.wait.error.message }}" }, "wait/error"));
        await testbed.AssertCompletedAsync(run);
        Assert.Contains(
            "did not come within 0.2 seconds", run["outputs"].GetProperty("rescue").GetProperty("text").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_execution_takes_signals_and_goes_on_with_them_when_it_is_resumed()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Approval());
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.DoAsync(id, "pause");
        await testbed.DoAsync(id, "signals/ask", new { decision = "rejected" });
        Assert.Equal("paused", (await testbed.Client.GetAsync($"/api/executions/{id}")).State);
        await testbed.DoAsync(id, "resume");
        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("completed", Statuses(run)["reject"]);
    }

    [Fact]
    public async Task A_resting_execution_that_is_paused_gets_its_checkpoint_and_one_that_is_cancelled_is_over()
    {
        await using var testbed = await StartAsync();
        var paused = await testbed.StartAsync(Approval());
        var cancelled = await testbed.StartAsync(new Drawing("long").Node("wait", "delay", new { seconds = 3600 }));
        await testbed.Client.UntilAsync(paused, "ask", "waiting");
        await testbed.Client.UntilAsync(cancelled, "wait", "waiting");
        await testbed.DoAsync(paused, "pause");
        await testbed.DoAsync(cancelled, "cancel");
        while ((await testbed.Client.GetAsync($"/api/executions/{paused}/checkpoints"))
                .Json.EnumerateArray()
                .All(checkpoint => checkpoint.GetProperty("checkpoint_type").GetString() != "pause"))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal("cancelled", Statuses(await testbed.Client.RestAsync(cancelled))["wait"]);
        Assert.Equal(HttpStatusCode.Conflict, (await testbed.Client.PostAsync($"/api/executions/{cancelled}/signals/x")).Status);
    }

    [Fact]
    public async Task An_execution_that_is_not_there_takes_no_signals()
    {
        await using var testbed = await StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await testbed.Client.PostAsync("/api/executions/nope/signals/x")).Status);
    }

    private static Drawing Approval(object? settings = null) => new Drawing("approval")
        .Node("start", "input")
        .Node("ask", "approval", settings ?? new { message = "Publish {{ params.topic | default: 'it' }}?" }, "start")
        .Node("publish", "transform", new { template = "published" }, "ask/approved")
        .Node("reject", "transform", new { template = "rejected by {{ nodes.ask.decided_by }}" }, "ask/rejected");

    private static JsonObject Merge(object one, object other) => new(
        new[] { one, other }.SelectMany(part => JsonSerializer.SerializeToNode(part)!.AsObject())
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
}
