using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary><c>GET /api/executions</c>: only some of them.</summary>
public class ExecutionFilterTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Those_that_wait_for_a_person()
    {
        var template = await api.Client.SaveAsync(new Drawing("Asks").Node("ask", "approval", new { message = "Yes?" }).ToFile());
        var waiting = await api.Client.StartAsync(template);
        await api.Client.UntilAsync(waiting, "ask", "waiting");
        var delayed = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Waiting()));

        var found = await ListAsync("waiting=true");

        Assert.Contains(waiting, found);
        Assert.DoesNotContain(delayed, found);
    }

    [Fact]
    public async Task Those_of_some_days()
    {
        var id = await EndedAsync();
        await api.Database.ExecuteAsync("UPDATE workflow_executions SET created_at = '2020-05-05T12:00:00Z' WHERE id = $1", id);

        Assert.Equal([id], await ListAsync("from=2020-05-05T00:00:00Z&to=2020-05-06T00:00:00Z"));
        Assert.Empty(await ListAsync("from=2020-05-06T00:00:00Z&to=2020-05-07T00:00:00Z"));
        Assert.Equal(HttpStatusCode.BadRequest, (await api.Client.GetAsync("/api/executions?from=yesterday")).Status);
    }

    [Fact]
    public async Task Those_that_a_hook_started_and_who_started_each_is_told()
    {
        var template = await api.Client.SaveAsync(TestWorkflows.Greeting());
        var hook = await api.Client.PostAsync("/api/hooks", new { template_id = template, name = "Form" });
        var byHook = (await api.Client.PostAsync($"/api/hooks/{hook["token"].GetString()}")).Id;
        var byCaller = await api.Client.StartAsync(template);

        Assert.Equal([byHook], await ListAsync($"started_by=hook&template_id={template}"));
        Assert.Equal([byHook], await ListAsync($"started_by={hook.Id}"));
        Assert.Empty(await ListAsync($"started_by=schedule&template_id={template}"));
        var rows = (await api.Client.GetAsync($"/api/executions?template_id={template}"))["items"].EnumerateArray()
            .ToDictionary(row => row.GetProperty("id").GetString()!, row => row.GetProperty("created_by").GetString());
        Assert.Equal(hook.Id, rows[byHook]);
        Assert.NotEqual(hook.Id, rows[byCaller]);
    }

    [Fact]
    public async Task Those_that_another_execution_started()
    {
        var inner = await api.Client.SaveAsync(TestWorkflows.Greeting());
        var parent = await api.Client.StartFileAsync(
            new Drawing("Outer").Node("sub", "sub_workflow", new { template_id = inner }).ToFile());
        var ended = await api.Client.RestAsync(parent);

        Assert.Equal(
            [ended["outputs"].GetProperty("sub").GetProperty("execution_id").GetString()!],
            await ListAsync($"parent_execution_id={parent}"));
    }

    private async Task<string> EndedAsync()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Greeting()));
        await api.Client.RestAsync(id);
        return id;
    }

    private async Task<IReadOnlyList<string>> ListAsync(string query) =>
        [
            .. (await api.Client.GetAsync($"/api/executions?{query}"))["items"]
                .EnumerateArray()
                .Select(row => row.GetProperty("id").GetString()!),
        ];
}
