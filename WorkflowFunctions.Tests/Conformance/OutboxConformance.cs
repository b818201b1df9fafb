using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Nodes;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>What leaves: subscriptions, callbacks, and the workflows that failures start.</summary>
public abstract class OutboxConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    private const string Secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task A_subscriber_that_fails_twice_is_told_of_everything_in_order_and_signed()
    {
        var calls = new ConcurrentQueue<(string Id, JsonElement Event)>();
        await using var receiver = await WireServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            new StandardWebhook(Secret).Verify(body, context.Request.Headers);
            calls.Enqueue((context.Request.Headers["webhook-id"].ToString(), JsonElement.Parse(body)));
            context.Response.StatusCode = calls.Count <= 2 ? StatusCodes.Status500InternalServerError : StatusCodes.Status204NoContent;
        });
        await using var testbed = await StartAsync(("Secrets:events", Secret));
        var subscription = await testbed.Client.PostAsync(
            "/api/subscriptions", new { url = receiver.Address + "/events", secret = "events" });
        var id = await testbed.StartAsync(new Drawing("told").Node("ask", "approval"));
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved" });
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
        await EmptyAsync(testbed);

        var all = calls.ToList();
        Assert.Equal(
            ["execution.started", "execution.started", "execution.started", "task.opened", "task.answered", "execution.completed"],
            all.Select(call => call.Event.GetProperty("type").GetString()));
        Assert.Equal(4, all.Select(call => call.Id).Distinct().Count());
        Assert.All(
            all,
            call =>
                Assert.Equal(
                    (call.Id, "1.0", id),
                    (
                        call.Event.GetProperty("id").GetString(), call.Event.GetProperty("specversion").GetString(),
                        call.Event.GetProperty("data").GetProperty("execution_id").GetString())));
        var listed = (await testbed.Client.GetAsync($"/api/deliveries?subscription_id={subscription.Id}&status=delivered"))["items"]
            .EnumerateArray()
            .ToList();
        Assert.Equal(all.Select(call => call.Id).Distinct().Reverse(), listed.Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(3, listed[^1].GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task A_failure_is_told_to_the_callback_and_starts_one_workflow_which_gets_what_failed_without_secrets()
    {
        var calls = new ConcurrentQueue<JsonElement>();
        await using var receiver = await WireServer.StartAsync(
            async context => calls.Enqueue((await JsonDocument.ParseAsync(context.Request.Body)).RootElement));
        await using var testbed = await StartAsync(("Secrets:token", "a-secret-of-length"));
        var rescue = await testbed.Client.SaveAsync(
            new Drawing("rescue")
                .Node("note", "output", new { value = "{{ params.failure }}" })
                .Node("again", "fail", new { message = "Failed as well." }, "note")
                .ToFile());
        var file = new Drawing("breaks").Node("break", "fail", new { message = "No {{ secrets.token }}" }).ToFile();
        file["on_failure"] = rescue;
        // A rescue that fails is not rescued.
        var rescued = await testbed.Client.GetAsync($"/api/templates/{rescue}");
        await testbed.Client.PutAsync(
            $"/api/templates/{rescue}",
            new { name = "rescue", nodes = rescued["nodes_json"], edges = rescued["edges_json"], on_failure = rescue });

        var id = await testbed.Client.StartFileAsync(
            file, new { topic = "tea" }, new { callback = new { url = receiver.Address, events = new[] { "execution.failed" } } });
        Assert.Equal("failed", (await testbed.Client.RestAsync(id)).State);
        await EmptyAsync(testbed);
        string? started;
        while ((
                started = (await testbed.Client.GetAsync($"/api/executions?template_id={rescue}"))["items"]
                    .EnumerateArray()
                    .Select(item => item.GetProperty("id").GetString())
                    .SingleOrDefault())
                is null)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        var run = await testbed.Client.RestAsync(started);
        await EmptyAsync(testbed);

        var failure = EngineTestbed.Output(run, "note");
        Assert.Equal(
            (id, "break", "tea"),
            (
                failure.GetProperty("execution_id").GetString(), failure.GetProperty("node_id").GetString(),
                failure.GetProperty("params").GetProperty("topic").GetString()));
        Assert.Equal("No ***", failure.GetProperty("input").GetProperty("message").GetString());
        Assert.Contains("No ***", failure.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("execution.failed", "break"),
            (calls.Single().GetProperty("type").GetString(), calls.Single().GetProperty("data").GetProperty("node_id").GetString()));
        Assert.Equal(
            [1L], await testbed.Database.QueryAsync<long>("SELECT count(*) FROM workflow_executions WHERE template_id = $1", rescue));
    }

    /// <summary>
    /// Waits until nothing is left in the outbox. What waits for its next attempt is due at once; what is being sent is left alone.
    /// </summary>
    private static async Task EmptyAsync(EngineTestbed testbed)
    {
        while ((await testbed.Database.QueryAsync<long>("SELECT count(*) FROM workflow_deliveries WHERE status = 'pending'")).Single() > 0)
        {
            await testbed.Database.ExecuteAsync("UPDATE workflow_deliveries SET next_attempt_at = NOW() WHERE status = 'pending' AND "
                + "next_attempt_at < NOW() + interval '1 minute'");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
