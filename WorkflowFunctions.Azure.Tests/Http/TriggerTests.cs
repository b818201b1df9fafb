using System.Net;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Http;

/// <summary>The HTTP triggers, over ASP.NET Core's own pipeline.</summary>
public sealed class TriggerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private FunctionsApp _app = null!;

    private ApiClient Client => _app.Client;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _app = await FunctionsApp.StartAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public void The_trigger_that_takes_everything_comes_after_all_others() =>
        Assert.Equal("WorkflowPage", FunctionsApp.HttpTriggers.Last().Name);

    [Fact]
    public void Every_call_about_an_execution_has_a_function_of_its_own() => Assert.Equal(
        [
            "CancelExecution", "GetExecution", "PauseExecution", "ResumeExecution", "RetryExecution", "SignalExecution", "StartExecution",
            "WorkflowApi", "WorkflowApiDescription", "WorkflowApiReference", "WorkflowPage",
        ],
        FunctionsApp.HttpTriggers.Select(trigger => trigger.Name));

    [Fact]
    public async Task An_execution_is_started_paused_resumed_and_cancelled()
    {
        var started = await Client.PostAsync("/api/executions", new { template_id = await Client.SaveAsync(TestWorkflows.Waiting()) });
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Assert.EndsWith($"/api/executions/{started.Id}", started.Headers.Location!.ToString(), StringComparison.Ordinal);
        await Client.UntilAsync(started.Id, "wait", "waiting");

        foreach (var (call, state) in new[] { ("pause", "paused"), ("resume", "running"), ("cancel", "cancelled") })
        {
            var answer = await Client.PostAsync($"/api/executions/{started.Id}/{call}", new { reason = "test" });
            Assert.Equal(HttpStatusCode.Accepted, answer.Status);
            Assert.Equal(state, answer.State);
        }

        Assert.Equal(HttpStatusCode.Conflict, (await Client.PostAsync($"/api/executions/{started.Id}/pause")).Status);
    }

    [Fact]
    public async Task Everything_else_of_the_API_is_there()
    {
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/api/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/api/node-types")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/openapi/v1.json")).Status);
        var saved = await Client.PostAsync("/api/templates", TestWorkflows.Greeting());
        Assert.Equal(HttpStatusCode.Created, saved.Status);
        Assert.Equal("Greeting", (await Client.GetAsync($"/api/templates/{saved.Id}"))["name"].GetString());
    }

    [Fact]
    public async Task Errors_are_problem_details()
    {
        foreach (var answer in new[]
        {
            await Client.GetAsync("/api/executions/nobody"),
            await Client.GetAsync("/api/nothing/here"),
            await Client.PostJsonAsync("/api/executions", "{ no json"),
        })
        {
            Assert.Equal("application/problem+json", answer.MediaType);
            Assert.InRange((int)answer.Status, 400, 404);
        }
    }

    [Fact]
    public async Task Events_are_streamed_as_they_happen()
    {
        var id = await Client.StartAsync(await Client.SaveAsync(TestWorkflows.Greeting()));
        using var request =
            new HttpRequestMessage(HttpMethod.Get, $"/api/executions/{id}/events") { Headers = { { "Accept", "text/event-stream" } } };
        using var response =
            await Client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("node_completed", text, StringComparison.Ordinal);
        Assert.Contains("completed", text, StringComparison.Ordinal);
    }
}
