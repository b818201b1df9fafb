using System.Net;
using System.Text.Json;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class TransitionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task An_execution_is_paused_resumed_and_cancelled()
    {
        var id = await StartWaitingAsync();

        var paused = await api.Client.PostAsync($"/api/executions/{id}/pause", new { reason = "Lunch" });
        var stillPaused = await api.Client.RestAsync(id);
        // The checkpoint follows the pause when what runs has finished; one that is resumed before has none.
        while ((await api.Client.GetAsync($"/api/executions/{id}/checkpoints")).Json.GetArrayLength() == 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        var resumed = await api.Client.PostAsync($"/api/executions/{id}/resume");
        await api.Client.UntilAsync(id, "wait", "waiting");
        var cancelled = await api.Client.PostAsync($"/api/executions/{id}/cancel", new { reason = "Enough" });

        Assert.Equal((HttpStatusCode.Accepted, "paused"), (paused.Status, paused.State));
        Assert.Equal($"/api/executions/{id}", paused.Headers.Location!.ToString());
        Assert.Equal("paused", stillPaused.State);
        Assert.Equal((HttpStatusCode.Accepted, "running"), (resumed.Status, resumed.State));
        Assert.Equal((HttpStatusCode.Accepted, "cancelled"), (cancelled.Status, cancelled.State));
        Assert.Equal("Enough", cancelled["error_message"].GetString());

        var events = (await api.Client.GetAsync($"/api/executions/{id}/events"))["items"].EnumerateArray().ToList();
        Assert.Equal(
            "Lunch", Assert.Single(events, item => TypeOf(item) == "paused").GetProperty("event_data").GetProperty("reason").GetString());
        Assert.Single(events, item => TypeOf(item) == "resumed");
        Assert.Equal("cancelled", TypeOf(events[^1]));
        Assert.Contains(
            (await api.Client.GetAsync($"/api/executions/{id}/checkpoints")).Json.EnumerateArray(),
            checkpoint => checkpoint.GetProperty("checkpoint_type").GetString() == "pause");
        Assert.Single((await api.Client.GetAsync($"/api/executions/{id}/metrics")).Json.EnumerateArray());
    }

    [Fact]
    public async Task A_checkpoint_is_written_on_request()
    {
        var id = await StartWaitingAsync();

        var accepted = await api.Client.PostAsync($"/api/executions/{id}/checkpoint", new { reason = "Before the release" });

        Assert.Equal((HttpStatusCode.Accepted, id), (accepted.Status, accepted.Id));
        var checkpoint = (await api.Client.GetAsync($"/api/executions/{id}/checkpoints?limit=1")).Json[0];
        Assert.Equal("manual", checkpoint.GetProperty("checkpoint_type").GetString());
        Assert.Equal("Before the release", checkpoint.GetProperty("reason").GetString());
        Assert.Equal("user", checkpoint.GetProperty("created_by").GetString());
        Assert.Equal("wait", checkpoint.GetProperty("node_id").GetString());
        Assert.Equal(["start"], checkpoint.GetProperty("completed_node_ids").EnumerateArray().Select(node => node.GetString()!));
        await api.Client.PostAsync($"/api/executions/{id}/cancel");
    }

    [Theory]
    [InlineData("POST", "pause")]
    [InlineData("POST", "resume")]
    [InlineData("POST", "cancel")]
    [InlineData("POST", "checkpoint")]
    [InlineData("GET", "events")]
    [InlineData("GET", "checkpoints")]
    [InlineData("GET", "metrics")]
    [InlineData("GET", "")]
    public async Task An_execution_that_is_not_there_is_not_found(string method, string part)
    {
        var answer = await api.Client.CallAsync(new HttpMethod(method), $"/api/executions/exec-0/{part}".TrimEnd('/'), null, []);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("exec-0", answer["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_who_cancel_at_once_one_does()
    {
        var id = await StartWaitingAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.Client.PostAsync($"/api/executions/{id}/cancel")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
    }

    private static string TypeOf(JsonElement row) => row.GetProperty("event_type").GetString()!;

    private async Task<string> StartWaitingAsync()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Waiting()));
        await api.Client.UntilAsync(id, "wait", "waiting");
        return id;
    }
}
