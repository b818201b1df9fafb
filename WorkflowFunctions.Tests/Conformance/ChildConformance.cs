using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary><c>sub_workflow</c>.</summary>
public abstract class ChildConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    [Fact]
    public async Task A_child_gets_its_params_and_gives_its_outputs_and_both_rows_are_linked()
    {
        await using var testbed = await StartAsync();
        var child = await testbed.Client.SaveAsync(
            new Drawing("child").Node("greet", "transform", new { template = "Hello {{ params.name }}" }).ToFile());
        var run = await testbed.RunAsync(
            Parent(child).Node("end", "output", new { value = "{{ nodes.sub.outputs.greet.text }}" }, "sub"), new { name = "tea" });
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("Hello tea", run["outputs"].GetProperty("end").GetString());
        var row = await testbed.Client.GetAsync($"/api/executions/{Output(run, "sub").GetProperty("execution_id").GetString()}");
        await testbed.AssertCompletedAsync(row);
        Assert.Equal(
            (run.Id, "sub", 1), (row["parent_execution_id"].GetString(), row["parent_node_id"].GetString(), row["depth"].GetInt32()));
        Assert.Equal(run["workspace_id"].GetString(), row["workspace_id"].GetString());
    }

    [Fact]
    public async Task Children_run_for_each_item()
    {
        await using var testbed = await StartAsync();
        var child = await testbed.Client.SaveAsync(
            new Drawing("child").Node("square", "transform", new { fields = new { value = "{{ params.n | times: params.n }}" } }).ToFile());
        var run = await testbed.RunAsync(new Drawing("parent")
            .Node("each", "for_each", new { items = new[] { 1, 2, 3, 4 } })
            .Inside("each", "sub", "sub_workflow", new { template_id = child, @params = new { n = "{{ item }}" } })
            .Inside("each", "give", "transform", new { fields = new { value = "{{ nodes.sub.outputs.square.value }}" } }, "sub"));
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(
            [1, 4, 9, 16],
            Output(run, "each").GetProperty("results").EnumerateArray().Select(result => result.GetProperty("value").GetInt32()));
    }

    [Fact]
    public async Task A_child_that_fails_fails_the_node_with_its_reason()
    {
        await using var testbed = await StartAsync();
        var child = await testbed.Client.SaveAsync(new Drawing("child").Node("no", "fail", new { message = "out of tea" }).ToFile());
        var run = await testbed.RunAsync(Parent(child));
        Assert.Equal("failed", run.State);
        Assert.Contains("out of tea", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_resume_and_cancel_reach_the_child()
    {
        await using var testbed = await StartAsync();
        var child = await testbed.Client.SaveAsync(new Drawing("child").Node("hold", "wait_for_signal", new { signal = "go" }).ToFile());
        var first = await testbed.StartAsync(Parent(child));
        var second = await testbed.StartAsync(Parent(child));
        var (firstChild, secondChild) = (await ChildOfAsync(testbed, first), await ChildOfAsync(testbed, second));

        await testbed.DoAsync(first, "pause");
        Assert.Equal("paused", (await testbed.Client.GetAsync($"/api/executions/{firstChild}")).State);
        await testbed.DoAsync(first, "resume");
        Assert.Equal("running", (await testbed.Client.GetAsync($"/api/executions/{firstChild}")).State);
        await testbed.DoAsync(firstChild, "signals/go");
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(first));

        await testbed.DoAsync(second, "cancel");
        Assert.Equal("cancelled", (await testbed.Client.RestAsync(secondChild)).State);
    }

    [Fact]
    public async Task A_child_that_is_cancelled_fails_its_parent()
    {
        await using var testbed = await StartAsync();
        var child = await testbed.Client.SaveAsync(new Drawing("child").Node("hold", "wait_for_signal", new { signal = "go" }).ToFile());
        var id = await testbed.StartAsync(Parent(child));
        await testbed.DoAsync(await ChildOfAsync(testbed, id), "cancel", new { reason = "changed our mind" });
        var run = await testbed.Client.RestAsync(id);
        Assert.Equal("failed", run.State);
        Assert.Contains("was cancelled: changed our mind", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_that_runs_itself_ends_with_a_clear_error()
    {
        await using var testbed = await StartAsync();
        var file = new Drawing("itself").Node("sub", "sub_workflow", new { template_id = "{{ execution.template_id }}" });
        var run = await testbed.RunAsync(file);
        Assert.Equal("failed", run.State);
        var error = run["error_message"].GetString();
        Assert.Contains("' failed: sub: The execution '", error, StringComparison.Ordinal);
        Assert.EndsWith("a workflow may be running itself.", error, StringComparison.Ordinal);
        Assert.Equal([11L], await testbed.Database.QueryAsync<long>("SELECT count(*) FROM workflow_executions"));
        Assert.Equal(["failed"], await testbed.Database.QueryAsync<string>("SELECT DISTINCT status FROM workflow_executions"));
    }

    [Fact]
    public async Task A_template_that_is_not_there_fails_the_node()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(Parent("ghost"));
        Assert.Equal("failed", run.State);
        Assert.Contains("There is no template 'ghost'", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parent_that_is_retried_starts_a_new_child()
    {
        await using var testbed = await StartAsync();
        var child = await testbed.Client.SaveAsync(new Drawing("child")
            .Node("hold", "wait_for_signal", new { signal = "go" })
            .Node("ok", "condition", new { @if = "nodes.hold.ok" }, "hold")
            .Node("no", "fail", new { message = "not ok" }, "ok/false").ToFile());
        var id = await testbed.StartAsync(Parent(child));
        await testbed.DoAsync(await ChildOfAsync(testbed, id), "signals/go", new { ok = false });
        Assert.Equal("failed", (await testbed.Client.RestAsync(id)).State);
        await testbed.DoAsync(id, "retry");
        await testbed.DoAsync(await ChildOfAsync(testbed, id), "signals/go", new { ok = true });
        Assert.Equal("completed", (await testbed.Client.RestAsync(id)).State);
        Assert.Equal(HttpStatusCode.Conflict, (await testbed.Client.PostAsync($"/api/executions/{id}/retry")).Status);
    }

    private static Drawing Parent(string templateId) =>
        new Drawing("parent")
            .Node("sub", "sub_workflow", new { template_id = templateId, @params = new { name = "{{ params.name | default: 'x' }}" } });

    /// <summary>The child that waits.</summary>
    private static async Task<string> ChildOfAsync(EngineTestbed testbed, string id)
    {
        while (true)
        {
            var found = await testbed.Database.QueryAsync<string>(
                "SELECT e.id FROM workflow_executions e JOIN agent_jobs j ON j.execution_id = e.id WHERE e.parent_execution_id = $1 AND "
                    + "e.status = 'running' AND j.status = 'waiting'", id);
            if (found.Count > 0)
                return found[0];
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
