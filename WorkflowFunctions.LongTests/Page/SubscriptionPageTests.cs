using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using WorkflowFunctions.Database;
using WorkflowFunctions.Tests.Access;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Nodes;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Subscriptions and their deliveries in the page, with a real server and a receiver beside it.</summary>
public sealed class SubscriptionPageTests(PostgresFixture postgres, BrowserFixture browser) : PageTests(postgres, browser)
{
    private static readonly string[] s_mostEvents =
    [
        "execution.started", "execution.completed", "execution.failed", "execution.paused", "execution.over_cost",
        "task.opened", "task.answered",
    ];

    private string _template = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _template = await Server.Client.SaveAsync(TestWorkflows.Greeting("Letters"));
    }

    [Fact]
    public async Task A_subscription_is_made_changed_switched_off_and_deleted()
    {
        await using var visit = await OpenAsync("/triggers?tab=subscriptions");
        await visit.Button("New subscription").ClickAsync();
        var address = visit.Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Address" });
        await address.FillAsync("somewhere");
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await Expect(visit.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("'somewhere' is not an absolute http or https URL.");
        await address.FillAsync("https://example.com/events");
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();

        var card = visit.Page.GetByRole(AriaRole.List, new() { Name = "Subscriptions" }).Locator("> li");
        await Expect(card).ToContainTextAsync("All events");
        await Expect(card).ToContainTextAsync("Not signed");
        Assert.Equal(JsonValueKind.Null, (await FindAsync()).GetProperty("events").ValueKind);

        await visit.Button("Edit https://example.com/events").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Checkbox, new() { Name = "Task reminded" }).UncheckAsync();
        await visit.Dialog.GetByRole(AriaRole.Combobox, new() { Name = "Workflow" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = "Letters" }).ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(card).ToContainTextAsync("Only of Letters");
        var saved = await FindAsync();
        Assert.Equal(s_mostEvents, saved.GetProperty("events").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(_template, saved.GetProperty("template_id").GetString());

        await card.GetByRole(AriaRole.Switch, new() { Name = "https://example.com/events is on" }).ClickAsync(new() { Force = true });
        await Expect(card).ToContainTextAsync("Switched off: it is told of nothing new");
        Assert.False((await FindAsync()).GetProperty("is_enabled").GetBoolean());

        await visit.Button("Delete https://example.com/events").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByText("No subscriptions")).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_delivery_that_failed_for_good_is_sent_again_by_a_click()
    {
        var isUp = false;
        await using var receiver = await WireServer.StartAsync(context =>
        {
            context.Response.StatusCode =
                Volatile.Read(ref isUp) ? StatusCodes.Status204NoContent : StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        var made = await Server.Client.PostAsync(
            "/api/subscriptions", new { url = receiver.Address, events = new[] { "execution.completed" } });
        await Server.Client.RestAsync(await Server.Client.StartAsync(_template));
        await using var visit = await OpenAsync($"/triggers?tab=subscriptions&subscription={made.Id}");
        var deliveries = visit.Page.GetByRole(AriaRole.List, new() { Name = "Deliveries" });
        await Expect(deliveries).ToContainTextAsync("answered 503. Next attempt");
        await Expect(deliveries.Locator("[data-status=pending]")).ToBeVisibleAsync();

        // As after a day of attempts.
        await Database.ExecuteAsync("UPDATE workflow_deliveries SET attempts = 8, next_attempt_at = NOW()");
        await visit.Button("Failed").ClickAsync();
        await Expect(deliveries).ToContainTextAsync("Execution completed");
        await Expect(deliveries).ToContainTextAsync("answered 503. Given up after 9 attempts.");
        await Expect(visit.Page.GetByText("“Send again” sends the same event at once")).ToBeVisibleAsync();
        await visit.ShootAsync("failed-delivery");

        Volatile.Write(ref isUp, true);
        await visit.Button("All").ClickAsync();
        await deliveries.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(deliveries.Locator("[data-status=delivered]")).ToBeVisibleAsync();
        await Expect(deliveries).Not.ToContainTextAsync("503");
        Assert.Single(receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct());
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task Whoever_may_only_read_sees_deliveries_and_cannot_send_them_again()
    {
        await using var server = await LocalServer.StartAsync(Database, new Dictionary<string, string?> { ["Access:Required"] = "true" });
        await Database.ExecuteAsync(
            "INSERT INTO workflow_deliveries (execution_id, workspace_id, url, event_type, event, status, attempts, last_error) "
            + "VALUES ('e', 'default', 'https://example.com/done', 'execution.failed', '{}', 'failed', 9, 'example.com answered 503.')");
        await using var services = TwoWorkspaces.Services(Database.ConnectionString, RowSecurityMode.Auto);
        await using var visit = await Browser.OpenAsync(new(server.Client.Http.BaseAddress!, "/triggers?tab=subscriptions"));
        await visit.Page.GetByLabel("Key or token").First.FillAsync(await SecuredApi.KeyAsync(services, "read"));
        await visit.Button("Log in").ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Deliveries" }))
            .ToContainTextAsync("example.com answered 503. Given up after 9 attempts.");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" })).ToHaveCountAsync(0);
        await Expect(visit.Button("New subscription")).ToHaveCountAsync(0);
        visit.AssertNoErrors();
    }

    private async Task<JsonElement> FindAsync() => (await Server.Client.GetAsync("/api/subscriptions"))["items"].EnumerateArray().Single();
}
