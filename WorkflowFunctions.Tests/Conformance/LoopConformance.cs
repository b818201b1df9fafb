using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary><c>for_each</c> (workflow format, "Node types").</summary>
public abstract class LoopConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    [Fact]
    public async Task Results_are_in_the_order_of_the_items()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(
            new Drawing("loop")
                .Node("start", "input")
                .Node("each", "for_each", new { items = "{{ params.topics }}", max_parallel = 3 }, "start")
                .Inside("each", "wait", "delay", new { seconds = "{{ item.wait }}" })
                .Inside("each", "write", "transform", new { fields = new { text = "{{ index }}: {{ item.name }} for {{ params.who }}", waited = "{{ nodes.wait.waited_seconds }}" } }, "wait")
                .Node("end", "output", new { value = "{{ nodes.each.results }}" }, "each"),
            new { who = "us", topics = Enumerable.Range(0, 7).Select(number => new { name = $"t{number}", wait = number % 2 == 0 ? 0.3 : 0 }) });
        await testbed.AssertCompletedAsync(run);
        var results = run["outputs"].GetProperty("end").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 7).Select(number => $"{number}: t{number} for us"), results.Select(result => result.GetProperty("text").GetString()));
        Assert.Equal(7, Output(run, "each").GetProperty("count").GetInt32());
        Assert.Equal("completed", Statuses(run)["write#6"]);
    }

    [Fact]
    public async Task No_items_give_no_results()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(new Drawing("none")
            .Node("each", "for_each", new { items = Array.Empty<int>() })
            .Inside("each", "inner", "merge"));
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("""{"count":0,"results":[]}""", run["outputs"].GetProperty("each").GetRawText());
    }

    [Fact]
    public async Task A_body_that_ends_with_several_nodes_gives_their_outputs_by_id_and_skipped_ones_none()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(new Drawing("ends")
            .Node("each", "for_each", new { items = new[] { 1, 2 } })
            .Inside("each", "odd", "condition", new { @if = "item == 1" })
            .Inside("each", "yes", "transform", new { template = "odd {{ item }}" }, "odd/true")
            .Inside("each", "no", "transform", new { template = "even {{ item }}" }, "odd/false"));
        await testbed.AssertCompletedAsync(run);
        var results = run["outputs"].GetProperty("each").GetProperty("results");
        Assert.Equal("odd 1", results[0].GetProperty("yes").GetProperty("text").GetString());
        Assert.False(results[0].TryGetProperty("no", out _));
        Assert.Equal("even 2", results[1].GetProperty("no").GetProperty("text").GetString());
        Assert.Equal("skipped", Statuses(run)["yes#1"]);
    }

    [Fact]
    public async Task Loops_nest_to_three_levels()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(
            new Drawing("nested")
                .Node("before", "transform", new { fields = new { sign = "!" } })
                .Node("a", "for_each", new { items = new[] { 1, 2 } }, "before")
                .Inside("a", "tens", "transform", new { fields = new { value = "{{ item | times: 10 }}" } })
                .Inside("a", "b", "for_each", new { items = new[] { 3, 4, 5 } }, "tens")
                .Inside("b", "sum", "transform", new { fields = new { value = "{{ nodes.tens.value | plus: item }}" } })
                .Inside("b", "c", "for_each", new { items = new[] { "x", "y" } }, "sum")
                .Inside("c", "text", "transform", new { template = "{{ nodes.sum.value }}{{ item }}{{ nodes.before.sign }}" }));
        await testbed.AssertCompletedAsync(run);
        var texts = run["outputs"].GetProperty("a").GetProperty("results").EnumerateArray()
            .SelectMany(b => b.GetProperty("results").EnumerateArray())
            .SelectMany(c => c.GetProperty("results").EnumerateArray())
            .Select(text => text.GetProperty("text").GetString());
        Assert.Equal(["13x!", "13y!", "14x!", "14y!", "15x!", "15y!", "23x!", "23y!", "24x!", "24y!", "25x!", "25y!"], texts);
        Assert.Equal("completed", Statuses(run)["text#1#2#0"]);
    }

    [Fact]
    public async Task An_item_that_fails_fails_the_loop_and_the_loop_fails_the_execution()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(Failing(onErrorOfNode: "fail", onErrorOfLoop: "fail"));
        Assert.Equal("failed", run.State);
        Assert.Contains("item 2", run["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", Statuses(run)["each"]);
        Assert.DoesNotContain(Statuses(run).Values, status => status is "running" or "waiting" or "pending");
    }

    [Fact]
    public async Task A_loop_that_fails_may_take_its_error_branch()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(Failing(onErrorOfNode: "fail", onErrorOfLoop: "branch").Node("rescue", "transform", new { template = "{{ nodes.each.error.message }}" }, "each/error"));
        Assert.Equal("completed", run.State);
        Assert.Contains("item 2", run["outputs"].GetProperty("rescue").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("skipped", Statuses(run)["after"]);
    }

    [Fact]
    public async Task An_item_that_goes_on_after_an_error_has_the_error_as_its_result()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(Failing(onErrorOfNode: "continue", onErrorOfLoop: "fail"));
        await testbed.AssertCompletedAsync(run);
        var results = Output(run, "each").GetProperty("results");
        Assert.Equal("item 2", results[1].GetProperty("error").GetProperty("message").GetString());
        Assert.True(results[0].TryGetProperty("attempt", out _) || results[0].GetProperty("result").GetBoolean() == false);
    }

    [Fact]
    public async Task A_loop_that_is_paused_goes_on_where_it_was_also_after_a_restart()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("paused loop")
                .Node("each", "for_each", new { items = "{{ params.items }}", max_parallel = 2 })
                .Inside("each", "wait", "delay", new { seconds = 0.05 })
                .Inside("each", "give", "transform", new { fields = new { index = "{{ index }}", item = "{{ item }}" } }, "wait")
                .Node("end", "output", new { value = "{{ nodes.each.results | map: 'item' }}" }, "each"),
            new { items = Enumerable.Range(100, 40) });
        await testbed.Client.UntilAsync(id, "give#5", "completed");
        await testbed.DoAsync(id, "pause");
        await testbed.RestartAsync();
        Assert.Equal("paused", (await testbed.Client.GetAsync($"/api/executions/{id}")).State);
        await testbed.DoAsync(id, "resume");
        await testbed.Client.UntilAsync(id, "give#20", "completed");
        await testbed.RestartAsync();
        var run = await testbed.Client.RestAsync(id);
        Assert.Equal("completed", run.State);
        Assert.Equal(Enumerable.Range(100, 40), run["outputs"].GetProperty("end").EnumerateArray().Select(item => item.GetInt32()));
        Assert.Equal(82, run["jobs"].GetArrayLength());
    }

    [Fact]
    public async Task Nodes_of_a_body_do_not_count_for_the_progress()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("progress")
            .Node("first", "merge")
            .Node("each", "for_each", new { items = new[] { 1, 2, 3 } }, "first")
            .Inside("each", "hold", "wait_for_signal", new { signal = "go" })
            .Node("last", "merge", null, "each")
            .Node("end", "merge", null, "last"));
        await testbed.Client.UntilAsync(id, "hold#2", "waiting");
        Assert.Equal(25, (await testbed.Client.GetAsync($"/api/executions/{id}"))["progress_percent"].GetInt32());
        for (var i = 0; i < 3; i++)
            await testbed.DoAsync(id, "signals/go", new { number = i });
        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        var numbers = Output(run, "each").GetProperty("results").EnumerateArray().Select(result => result.GetProperty("number").GetInt32());
        Assert.Equal([0, 1, 2], numbers.Order());
    }

    private static Drawing Failing(string onErrorOfNode, string onErrorOfLoop) => new Drawing("failing")
        .Node("each", "for_each", new { items = new[] { 1, 2, 3 }, max_parallel = 2, on_error = onErrorOfLoop })
        .Inside("each", "check", "condition", new { @if = "item == 2" })
        .Inside("each", "break", "fail", new { message = "item {{ item }}", on_error = onErrorOfNode }, "check/true")
        .Inside("each", "fine", "flaky", null, "check/false")
        .Inside("each", "both", "merge", null, "break", "fine")
        .Node("after", "merge", null, "each");
}
