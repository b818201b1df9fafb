using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineBench;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary><c>approval</c>, <c>wait_for_signal</c> and <c>delay</c>.</summary>
public abstract class WaitConformance(PostgresFixture postgres) : EngineConformance(postgres)
{
    [Theory]
    [InlineData("approved", "publish", "reject")]
    [InlineData("rejected", "reject", "publish")]
    public async Task An_approval_takes_the_branch_of_the_answer_and_records_who_gave_it(string decision, string taken, string skipped)
    {
        await using var bench = await StartAsync();
        var id = await bench.StartAsync(Approval());
        await bench.Client.UntilAsync(id, "ask", "waiting");
        await bench.DoAsync(id, "signals/ask", new { decision, comment = "because", decided_by = "ada" });
        var run = await bench.Client.RestAsync(id);
        await bench.AssertCompletedAsync(run);
        Assert.Equal(("completed", "skipped"), (Statuses(run)[taken], Statuses(run)[skipped]));
        var output = Output(run, "ask");
        Assert.Equal((decision, "because", "ada"), (output.GetProperty("decision").GetString(), output.GetProperty("comment").GetString(), output.GetProperty("decided_by").GetString()));
        var events = await bench.Client.GetAsync($"/api/executions/{id}/events?limit=100");
        Assert.Contains(events["items"].EnumerateArray(), item => item.GetProperty("event_type").GetString() == "signalled" && item.GetProperty("created_by").GetString() == "ada");
    }

    [Fact]
    public async Task An_approval_is_answered_once()
    {
        await using var bench = await StartAsync();
        var id = await bench.StartAsync(Approval());
        await bench.Client.UntilAsync(id, "ask", "waiting");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => bench.Client.PostAsync(
            $"/api/executions/{id}/signals/ask", new { decision = number % 2 == 0 ? "approved" : "rejected", decided_by = $"p{number}" })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Accepted), answer => Assert.Equal(HttpStatusCode.Conflict, answer.Status));
        var accepted = Array.FindIndex(answers, answer => answer.Status == HttpStatusCode.Accepted);
        var run = await bench.Client.RestAsync(id);
        Assert.Equal($"p{accepted}", Output(run, "ask").GetProperty("decided_by").GetString());
        var late = await bench.Client.PostAsync($"/api/executions/{id}/signals/ask", new { decision = "approved" });
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
    }

    [Fact]
    public async Task An_answer_without_a_known_decision_is_refused_and_the_approval_still_waits()
    {
        await using var bench = await StartAsync();
        var id = await bench.StartAsync(Approval());
        await bench.Client.UntilAsync(id, "ask", "waiting");
        foreach (var body in new object[] { new { }, new { decision = "maybe" }, new { decision = 5 }, new { decision = "approved", comment = new[] { 1 } } })
            Assert.Equal(HttpStatusCode.BadRequest, (await bench.Client.PostAsync($"/api/executions/{id}/signals/ask", body)).Status);
        await bench.DoAsync(id, "signals/ask", new { decision = "approved" });
        Assert.Equal("completed", (await bench.Client.RestAsync(id)).State);
    }

    [Fact]
    public async Task A_signal_that_comes_before_the_wait_is_kept()
    {
        await using var bench = await StartAsync();
        var id = await bench.StartAsync(new Drawing("early")
            .Node("first", "wait_for_signal", new { signal = "first" })
            .Node("second", "wait_for_signal", new { signal = "second" }, "first")
            .Node("ask", "approval", null, "second")
            .Node("end", "output", new { value = "{{ nodes.second.n }} {{ nodes.ask.decision }}" }, "ask/approved"));
        await bench.DoAsync(id, "signals/second", new { n = 2 });
        await bench.DoAsync(id, "signals/ask", new { decision = "approved" });
        await bench.RestartAsync();
        await bench.DoAsync(id, "signals/first", new { n = 1 });
        var run = await bench.Client.RestAsync(id);
        await bench.AssertCompletedAsync(run);
        Assert.Equal("2 approved", run["outputs"].GetProperty("end").GetString());
    }

    [Fact]
    public async Task A_wait_survives_a_restart_and_ends_with_a_signal_that_is_sent_while_no_engine_runs_it()
    {
        await using var bench = await StartAsync();
        var id = await bench.StartAsync(Approval());
        await bench.Client.UntilAsync(id, "ask", "waiting");
        await bench.RestartAsync();
        await bench.DoAsync(id, "signals/ask", new { decision = "approved" });
        await bench.AssertCompletedAsync(await bench.Client.RestAsync(id));
    }

    [Fact]
    public async Task A_signal_is_given_to_one_of_the_nodes_that_wait_for_it()
    {
        await using var bench = await StartAsync();
        var id = await bench.StartAsync(new Drawing("two")
            .Node("a", "wait_for_signal", new { signal = "go" })
            .Node("b", "wait_for_signal", new { signal = "go" }));
        await bench.Client.UntilAsync(id, "a", "waiting");
        await bench.Client.UntilAsync(id, "b", "waiting");
        await bench.DoAsync(id, "signals/go", new { n = 1 });
        await bench.DoAsync(id, "signals/go", new { n = 2 });
        var run = await bench.Client.RestAsync(id);
        await bench.AssertCompletedAsync(run);
        Assert.Equal([1, 2], new[] { "a", "b" }.Select(node => Output(run, node).GetProperty("n").GetInt32()).Order());
    }

    [Theory]
    [InlineData("approved", "completed", "publish")]
    [InlineData("rejected", "completed", "reject")]
    [InlineData("fail", "failed", null)]
    public async Task An_approval_that_nobody_answers_does_as_it_is_told(string onTimeout, string state, string? taken)
    {
        await using var bench = await StartAsync();
        var run = await bench.RunAsync(Approval(new { message = "Well?", timeout_seconds = 0.2, on_timeout = onTimeout }));
        Assert.Equal(state, run.State);
        if (taken is not null)
            Assert.Equal("completed", Statuses(run)[taken]);
        else
            Assert.Contains("Nobody answered", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_that_does_not_come_in_time_fails_the_node()
    {
        await using var bench = await StartAsync();
        var run = await bench.RunAsync(new Drawing("late")
            .Node("wait", "wait_for_signal", new { signal = "never", timeout_seconds = 0.2, on_error = "branch" })
            .Node("rescue", "transform", new { template = "{{ nodes.wait.error.message }}" }, "wait/error"));
        await bench.AssertCompletedAsync(run);
        Assert.Contains("did not come within 0.2 seconds", run["outputs"].GetProperty("rescue").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_execution_takes_signals_and_goes_on_with_them_when_it_is_resumed()
    {
        await using var bench = await StartAsync();
        var id = await bench.StartAsync(Approval());
        await bench.Client.UntilAsync(id, "ask", "waiting");
        await bench.DoAsync(id, "pause");
        await bench.DoAsync(id, "signals/ask", new { decision = "rejected" });
        Assert.Equal("paused", (await bench.Client.GetAsync($"/api/executions/{id}")).State);
        await bench.DoAsync(id, "resume");
        var run = await bench.Client.RestAsync(id);
        await bench.AssertCompletedAsync(run);
        Assert.Equal("completed", Statuses(run)["reject"]);
    }

    [Fact]
    public async Task A_resting_execution_that_is_paused_gets_its_checkpoint_and_one_that_is_cancelled_is_over()
    {
        await using var bench = await StartAsync();
        var paused = await bench.StartAsync(Approval());
        var cancelled = await bench.StartAsync(new Drawing("long").Node("wait", "delay", new { seconds = 3600 }));
        await bench.Client.UntilAsync(paused, "ask", "waiting");
        await bench.Client.UntilAsync(cancelled, "wait", "waiting");
        await bench.DoAsync(paused, "pause");
        await bench.DoAsync(cancelled, "cancel");
        while ((await bench.Client.GetAsync($"/api/executions/{paused}/checkpoints")).Json.EnumerateArray().All(checkpoint => checkpoint.GetProperty("checkpoint_type").GetString() != "pause"))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal("cancelled", Statuses(await bench.Client.RestAsync(cancelled))["wait"]);
        Assert.Equal(HttpStatusCode.Conflict, (await bench.Client.PostAsync($"/api/executions/{cancelled}/signals/x")).Status);
    }

    [Fact]
    public async Task An_execution_that_is_not_there_takes_no_signals()
    {
        await using var bench = await StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await bench.Client.PostAsync("/api/executions/nope/signals/x")).Status);
    }

    private static Drawing Approval(object? settings = null) => new Drawing("approval")
        .Node("start", "input")
        .Node("ask", "approval", settings ?? new { message = "Publish {{ params.topic | default: 'it' }}?" }, "start")
        .Node("publish", "transform", new { template = "published" }, "ask/approved")
        .Node("reject", "transform", new { template = "rejected by {{ nodes.ask.decided_by }}" }, "ask/rejected");
}
