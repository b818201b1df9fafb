using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Nodes;

namespace WorkflowFunctions.Tests.Triggers;

/// <summary><c>/api/subscriptions</c> and <c>/api/deliveries</c>, besides what every engine does with them.</summary>
public class SubscriptionTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_is_wrong_with_a_subscription_or_a_callback_is_told_with_its_place()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);

        var subscription = await server.Client.PostAsync(
            "/api/subscriptions", new { url = "ftp://example.com", events = new[] { "task.opened", "tea" }, secret = "unknown" });
        Assert.Equal(
            (HttpStatusCode.BadRequest, "/events/1 /secret /url"),
            (subscription.Status, string.Join(' ', subscription.Pointers.Order(StringComparer.Ordinal))));
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        var start = await server.Client.PostAsync(
            "/api/executions", new { template_id = template, config = new { callback = new { url = "here", events = new[] { "tea" } } } });
        Assert.Equal(["/config/callback/events/0", "/config/callback/url"], start.Pointers.Order(StringComparer.Ordinal));
        var saved = await server.Client.PostAsync("/api/subscriptions", new { url = "https://example.com", template_id = "no-such-thing" });
        Assert.Equal(["/template_id"], saved.Pointers);
        var onFailure = await server.Client.PostAsync(
            "/api/templates", new { name = "x", nodes = new object[] { new { id = "a", type = "merge" } }, on_failure = "no-such-thing" });
        Assert.Equal(["/on_failure"], onFailure.Pointers);
    }

    [Fact]
    public async Task The_gate_holds_and_what_failed_for_good_is_listed_and_sent_again()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var receiver = await WireServer.StartAsync(_ => Task.CompletedTask);
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Http:AllowPrivateAddresses"] = "false" });
        var made = await server.Client.PostAsync(
            "/api/subscriptions", new { url = receiver.Address, events = new[] { "execution.completed" } });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        await server.Client.RestAsync(await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Greeting())));
        await UntilAsync(database, "status = 'pending' AND last_error LIKE '%127.0.0.1%'");
        await database.ExecuteAsync("UPDATE workflow_deliveries SET attempts = 8, next_attempt_at = NOW()");
        await UntilAsync(database, "status = 'failed' AND attempts = 9 AND next_attempt_at IS NULL");

        var failed = (await server.Client.GetAsync("/api/deliveries?status=failed"))["items"].EnumerateArray().Single();
        Assert.Equal("execution.completed", failed.GetProperty("event_type").GetString());
        var again = await server.Client.PostAsync($"/api/deliveries/{failed.GetProperty("id").GetString()}/resend");
        Assert.Equal((HttpStatusCode.Accepted, "pending"), (again.Status, again["status"].GetString()));
        await UntilAsync(database, "status = 'pending' AND attempts = 1");
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.PostAsync("/api/deliveries/msg-0/resend")).Status);
        Assert.Empty(receiver.Requests);
        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync($"/api/subscriptions/{made.Id}")).Status);
        Assert.Empty(await database.QueryAsync<long>("SELECT id FROM workflow_deliveries"));
    }

    [Fact]
    public async Task An_event_that_another_application_writes_leaves_too_and_one_that_it_takes_back_does_not()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("INSERT INTO workflow_templates (id, name, nodes_json) VALUES ('t', 't', '[]')");
        await database.ExecuteAsync("INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status) VALUES "
            + "('e', 't', 'default', 'default', 'default', 'completed')");
        await database.ExecuteAsync("INSERT INTO workflow_subscriptions (id, workspace_id, url, events) VALUES ('s', 'default', "
            + "'https://example.com', ARRAY['execution.completed'])");
        await database.ExecuteAsync(
            "INSERT INTO workflow_execution_events (execution_id, event_type) VALUES ('e', 'started'), ('e', 'completed')");
        await Assert.ThrowsAnyAsync<Exception>(() => database.ExecuteAsync(
            "WITH told AS (INSERT INTO workflow_execution_events (execution_id, event_type) VALUES ('e', 'completed') RETURNING id) SELECT "
                + "1 / (id - id) FROM told"));

        Assert.Equal(["execution.completed"], await database.QueryAsync<string>("SELECT event_type::text FROM workflow_deliveries"));
    }

    private static async Task UntilAsync(TestDatabase database, string condition)
    {
        while ((await database.QueryAsync<long>($"SELECT count(*) FROM workflow_deliveries WHERE {condition}")).Single() == 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }
}
