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
                .Inside(
                    "each",
                    "write",
                    "transform",
                    new
                    {
                        fields = new
                        {
                            text = "{{ index }}: {{ item.name }} for {{ params.who }}",
                            waited = "{{ nodes.wait.waited_seconds }}",
                        },
                    },
                    "wait")
                .Node("end", "output", new { value = "{{ nodes.each.results }}" }, "each"),
            new
            {
                who = "us",
                topics = Enumerable.Range(0, 7).Select(number => new { name = $"t{number}", wait = number % 2 == 0 ? 0.3 : 0 }),
            });
        await testbed.AssertCompletedAsync(run);
        var results = run["outputs"].GetProperty("end").EnumerateArray().ToList();
        Assert.Equal(
            Enumerable.Range(0, 7).Select(number => $"{number}: t{number} for us"),
            results.Select(result => result.GetProperty("text").GetString()));
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
        var run = await testbed.RunAsync(
            Failing(onErrorOfNode: "fail", onErrorOfLoop: "branch")
                .Node("rescue", "transform", new { template = "{{ nodes.each.error.message }}" }, "each/error"));
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

    [Fact]
    public async Task A_loop_of_thousands_of_items_keeps_their_order_and_its_bound_and_goes_on_after_a_pause()
    {
        const int Items = 2_100, AtOnce = 8;
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var failing = Enumerable.Range(0, Items).Where(item => item % 97 == 5).ToHashSet();
        effects.Delay = TimeSpan.FromMilliseconds(5);
        effects.FailingNames.UnionWith(failing.Select(item => $"n{item}"));
        var id = await testbed.StartAsync(
            Calling(effects, AtOnce, onErrorOfNode: "continue", onErrorOfLoop: "fail"),
            new { items = Enumerable.Range(0, Items).Select(item => $"n{item}") });
        await UntilCalledAsync(effects, 700);
        // The pause finds it in the middle, however long the request takes.
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        effects.Gate = gate.Task;
        await testbed.DoAsync(id, "pause");
        gate.SetResult();
        await testbed.RestartAsync();
        Assert.Equal("paused", (await testbed.Client.RestAsync(id)).State);
        Assert.InRange(effects.Names.Count, 700, Items - 1);

        await testbed.DoAsync(id, "resume");
        var run = await EndAsync(testbed, id);

        Assert.Equal("completed", run.State);
        var results = Output(run, "each").GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(Items, results.Count);
        Assert.All(results.Index(), result => Assert.Equal(
            failing.Contains(result.Index) ? null : $"n{result.Index}",
            result.Item.TryGetProperty("error", out _) ? null : result.Item.GetProperty("body").GetProperty("name").GetString()));
        Assert.InRange(effects.MostAtOnce, 2, AtOnce);
        // What ran while the host was ended has run again, and nothing else.
        Assert.Equal(Items, effects.Counts.Count);
        Assert.InRange(effects.Names.Count, Items, Items + AtOnce);
    }

    [Fact]
    public async Task A_large_loop_ends_with_the_first_item_that_fails_and_begins_no_others()
    {
        const int Items = 1_500, AtOnce = 3;
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        effects.FailingNames.Add("n20");
        var id = await testbed.StartAsync(
            Calling(effects, AtOnce * 10, onErrorOfNode: "fail", onErrorOfLoop: "branch")
                .Node("rescue", "transform", new { template = "{{ nodes.each.error.message }}" }, "each/error"),
            new { items = Enumerable.Range(0, Items).Select(item => $"n{item}") },
            new { max_parallel_nodes = AtOnce });
        var run = await EndAsync(testbed, id);

        Assert.Equal("completed", run.State);
        Assert.Contains("503", run["outputs"].GetProperty("rescue").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Statuses(run).Values, status => status is "running" or "waiting" or "pending");
        Assert.InRange(effects.MostAtOnce, 1, AtOnce);
        Assert.InRange(effects.Names.Count, 1, Items / 2);
    }

    [Fact]
    public async Task Large_loops_nest()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("nested")
                .Node("a", "for_each", new { items = new[] { 1000, 2000 } })
                .Inside("a", "base", "transform", new { fields = new { value = "{{ item }}" } })
                .Inside("a", "b", "for_each", new { items = "{{ params.items }}", max_parallel = 40 }, "base")
                .Inside("b", "sum", "transform", new { fields = new { value = "{{ nodes.base.value | plus: item }}" } }),
            new { items = Enumerable.Range(0, 600) });
        var run = await EndAsync(testbed, id);

        Assert.Equal("completed", run.State);
        var sums = run["outputs"].GetProperty("a").GetProperty("results").EnumerateArray()
            .SelectMany(b => b.GetProperty("results").EnumerateArray())
            .Select(sum => sum.GetProperty("value").GetInt32());
        Assert.Equal(Enumerable.Range(1000, 600).Concat(Enumerable.Range(2000, 600)), sums);
    }

    [Fact]
    public async Task Items_of_a_large_loop_that_wait_hear_of_their_signals()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("waiting")
                .Node("each", "for_each", new { items = "{{ params.items }}", max_parallel = 100 })
                .Inside("each", "late", "condition", new { @if = "item >= 598" })
                .Inside("each", "hold", "wait_for_signal", new { signal = "go {{ item }}" }, "late/true"),
            new { items = Enumerable.Range(0, 600) });
        await testbed.DoAsync(id, "signals/go%20598", new { number = 598 });
        await testbed.Client.UntilAsync(id, "hold#599", "waiting");
        await testbed.Client.UntilAsync(id, "hold#598", "completed");
        await testbed.DoAsync(id, "signals/go%20599", new { number = 599 });

        var run = await EndAsync(testbed, id);
        Assert.Equal("completed", run.State);
        Assert.Equal(
            [598, 599],
            Output(run, "each")
                .GetProperty("results")
                .EnumerateArray()
                .TakeLast(2)
                .Select(result => result.GetProperty("number").GetInt32()));
    }

    /// <summary>Thousands of items take as long as they take.</summary>
    private static async Task<ApiAnswer> EndAsync(EngineTestbed testbed, string id)
    {
        ApiAnswer run;
        do
            run = await testbed.Client.RestAsync(id);
        while (run.State == "running");
        return run;
    }

    private static async Task UntilCalledAsync(EffectCounter effects, int calls)
    {
        while (effects.Names.Count < calls)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    private static Drawing Calling(EffectCounter effects, int atOnce, string onErrorOfNode, string onErrorOfLoop) => new Drawing("calling")
        .Node("each", "for_each", new { items = "{{ params.items }}", max_parallel = atOnce, on_error = onErrorOfLoop })
        .Inside("each", "call", "http_request", new
        {
            method = "POST",
            url = $"{effects.Address}/count/{{{{ item }}}}",
            retry = new { max_attempts = 1 },
            on_error = onErrorOfNode,
        });

    private static Drawing Failing(string onErrorOfNode, string onErrorOfLoop) => new Drawing("failing")
        .Node("each", "for_each", new { items = new[] { 1, 2, 3 }, max_parallel = 2, on_error = onErrorOfLoop })
        .Inside("each", "check", "condition", new { @if = "item == 2" })
        .Inside("each", "break", "fail", new { message = "item {{ item }}", on_error = onErrorOfNode }, "check/true")
        .Inside("each", "fine", "flaky", null, "check/false")
        .Inside("each", "both", "merge", null, "break", "fine")
        .Node("after", "merge", null, "each");
}
