using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineBench;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary><c>sub_workflow</c>.</summary>
public abstract class ChildConformance(PostgresFixture postgres) : EngineConformance(postgres)
{
    [Fact]
    public async Task A_child_gets_its_params_and_gives_its_outputs_and_both_rows_are_linked()
    {
        await using var bench = await StartAsync();
        var child = await bench.Client.SaveAsync(new Drawing("child").Node("greet", "transform", new { template = "Hello {{ params.name }}" }).ToFile());
        var run = await bench.RunAsync(
            Parent(child).Node("end", "output", new { value = "{{ nodes.sub.outputs.greet.text }}" }, "sub"), new { name = "tea" });
        await bench.AssertCompletedAsync(run);
        Assert.Equal("Hello tea", run["outputs"].GetProperty("end").GetString());
        var row = await bench.Client.GetAsync($"/api/executions/{Output(run, "sub").GetProperty("execution_id").GetString()}");
        await bench.AssertCompletedAsync(row);
        Assert.Equal((run.Id, "sub", 1), (row["parent_execution_id"].GetString(), row["parent_node_id"].GetString(), row["depth"].GetInt32()));
        Assert.Equal(run["workspace_id"].GetString(), row["workspace_id"].GetString());
    }

    [Fact]
    public async Task Children_run_for_each_item()
    {
        await using var bench = await StartAsync();
        var child = await bench.Client.SaveAsync(new Drawing("child").Node("square", "transform", new { fields = new { value = "{{ params.n | times: params.n }}" } }).ToFile());
        var run = await bench.RunAsync(new Drawing("parent")
            .Node("each", "for_each", new { items = new[] { 1, 2, 3, 4 } })
            .Inside("each", "sub", "sub_workflow", new { template_id = child, @params = new { n = "{{ item }}" } })
            .Inside("each", "give", "transform", new { fields = new { value = "{{ nodes.sub.outputs.square.value }}" } }, "sub"));
        await bench.AssertCompletedAsync(run);
        Assert.Equal([1, 4, 9, 16], Output(run, "each").GetProperty("results").EnumerateArray().Select(result => result.GetProperty("value").GetInt32()));
    }

    [Fact]
    public async Task A_child_that_fails_fails_the_node_with_its_reason()
    {
        await using var bench = await StartAsync();
        var child = await bench.Client.SaveAsync(new Drawing("child").Node("no", "fail", new { message = "out of tea" }).ToFile());
        var run = await bench.RunAsync(Parent(child));
        Assert.Equal("failed", run.State);
        Assert.Contains("out of tea", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_resume_and_cancel_reach_the_child()
    {
        await using var bench = await StartAsync();
        var child = await bench.Client.SaveAsync(new Drawing("child").Node("hold", "wait_for_signal", new { signal = "go" }).ToFile());
        var first = await bench.StartAsync(Parent(child));
        var second = await bench.StartAsync(Parent(child));
        var (firstChild, secondChild) = (await ChildOfAsync(bench, first), await ChildOfAsync(bench, second));

        await bench.DoAsync(first, "pause");
        Assert.Equal("paused", (await bench.Client.GetAsync($"/api/executions/{firstChild}")).State);
        await bench.DoAsync(first, "resume");
        Assert.Equal("running", (await bench.Client.GetAsync($"/api/executions/{firstChild}")).State);
        await bench.DoAsync(firstChild, "signals/go");
        await bench.AssertCompletedAsync(await bench.Client.RestAsync(first));

        await bench.DoAsync(second, "cancel");
        Assert.Equal("cancelled", (await bench.Client.RestAsync(secondChild)).State);
    }

    [Fact]
    public async Task A_child_that_is_cancelled_fails_its_parent()
    {
        await using var bench = await StartAsync();
        var child = await bench.Client.SaveAsync(new Drawing("child").Node("hold", "wait_for_signal", new { signal = "go" }).ToFile());
        var id = await bench.StartAsync(Parent(child));
        await bench.DoAsync(await ChildOfAsync(bench, id), "cancel", new { reason = "changed our mind" });
        var run = await bench.Client.RestAsync(id);
        Assert.Equal("failed", run.State);
        Assert.Contains("was cancelled: changed our mind", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_that_runs_itself_ends_with_a_clear_error()
    {
        await using var bench = await StartAsync();
        var file = new Drawing("itself").Node("sub", "sub_workflow", new { template_id = "{{ execution.template_id }}" });
        var run = await bench.RunAsync(file);
        Assert.Equal("failed", run.State);
        Assert.Contains("a workflow may be running itself", run["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Equal([11L], await bench.Database.QueryAsync<long>("SELECT count(*) FROM workflow_executions"));
        Assert.Equal(["failed"], await bench.Database.QueryAsync<string>("SELECT DISTINCT status FROM workflow_executions"));
    }

    [Fact]
    public async Task A_template_that_is_not_there_fails_the_node()
    {
        await using var bench = await StartAsync();
        var run = await bench.RunAsync(Parent("ghost"));
        Assert.Equal("failed", run.State);
        Assert.Contains("There is no template 'ghost'", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parent_that_is_retried_starts_a_new_child()
    {
        await using var bench = await StartAsync();
        var child = await bench.Client.SaveAsync(new Drawing("child")
            .Node("hold", "wait_for_signal", new { signal = "go" })
            .Node("ok", "condition", new { @if = "nodes.hold.ok" }, "hold")
            .Node("no", "fail", new { message = "not ok" }, "ok/false").ToFile());
        var id = await bench.StartAsync(Parent(child));
        await bench.DoAsync(await ChildOfAsync(bench, id), "signals/go", new { ok = false });
        Assert.Equal("failed", (await bench.Client.RestAsync(id)).State);
        await bench.DoAsync(id, "retry");
        await bench.DoAsync(await ChildOfAsync(bench, id), "signals/go", new { ok = true });
        Assert.Equal("completed", (await bench.Client.RestAsync(id)).State);
        Assert.Equal(HttpStatusCode.Conflict, (await bench.Client.PostAsync($"/api/executions/{id}/retry")).Status);
    }

    private static Drawing Parent(string templateId) =>
        new Drawing("parent").Node("sub", "sub_workflow", new { template_id = templateId, @params = new { name = "{{ params.name | default: 'x' }}" } });

    /// <summary>The child that waits.</summary>
    private static async Task<string> ChildOfAsync(EngineBench bench, string id)
    {
        while (true)
        {
            var found = await bench.Database.QueryAsync<string>(
                "SELECT e.id FROM workflow_executions e JOIN agent_jobs j ON j.execution_id = e.id WHERE e.parent_execution_id = $1 AND e.status = 'running' AND j.status = 'waiting'", id);
            if (found.Count > 0)
                return found[0];
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
