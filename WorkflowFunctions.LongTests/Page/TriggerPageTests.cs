using System.Net;
using Microsoft.Playwright;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Schedules, hooks and API keys in the page, with a real server.</summary>
public sealed class TriggerPageTests(PostgresFixture postgres, BrowserFixture browser) : PageTests(postgres, browser)
{
    private string _template = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _template = await Server.Client.SaveAsync(TestWorkflows.Greeting("Letters"));
    }

    [Fact]
    public async Task A_schedule_is_made_changed_switched_off_and_deleted()
    {
        await using var visit = await OpenAsync($"/triggers?template={_template}");
        await visit.Button("New schedule").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Topic" }).FillAsync("coffee");
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();

        var card = visit.Page.GetByRole(AriaRole.List, new() { Name = "Schedules" }).Locator("> li");
        await Expect(card).ToContainTextAsync("Letters: Monday to Friday at 07:00");
        await Expect(card.GetByRole(AriaRole.List).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(5);
        var row = (await Server.Client.GetAsync("/api/schedules"))["items"][0];
        Assert.Equal("""{"topic":"coffee"}""", row.GetProperty("params").GetRawText().Replace(" ", "", StringComparison.Ordinal));

        await visit.Button("Edit the schedule of Letters").ClickAsync();
        await visit.Dialog.GetByLabel("Time", new() { Exact = true }).FillAsync("18:30");
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(card).ToContainTextAsync("Monday to Friday at 18:30");

        await card.GetByRole(AriaRole.Switch, new() { Name = "Schedule of Letters is on" }).ClickAsync(new() { Force = true });
        await Expect(card).ToContainTextAsync("Switched off");
        row = (await Server.Client.GetAsync("/api/schedules"))["items"][0];
        Assert.False(row.GetProperty("is_enabled").GetBoolean());
        Assert.Equal(
            ("30 18 * * MON-FRI", "coffee"),
            (row.GetProperty("cron").GetString(), row.GetProperty("params").GetProperty("topic").GetString()));

        await visit.Button("Delete the schedule of Letters").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByText("No schedules")).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_hook_shows_its_address_once_and_its_execution_says_what_started_it()
    {
        await using var visit = await OpenAsync($"/triggers?tab=hooks&template={_template}");
        await visit.Button("New hook").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true }).FillAsync("Feedback form");
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        var address = await visit.Dialog.GetByLabel("Address of the hook").InnerTextAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "I have copied it" }).ClickAsync();
        await Expect(visit.Page.GetByText("Never used")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText(address)).ToHaveCountAsync(0);

        var started = await Server.Client.PostAsync(new Uri(address).PathAndQuery, new { topic = "tea" });
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.GetByText("Last used")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Its executions" }).ClickAsync();
        await Expect(visit.Page.Locator("tbody tr")).ToContainTextAsync("hook: Feedback form");
        await visit.Page.Locator("tbody tr").GetByRole(AriaRole.Link, new() { Name = "Letters" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Started by hook: Feedback form" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "topic: tea" })).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_key_is_shown_once_and_revoked()
    {
        await using var visit = await OpenAsync("/triggers?tab=keys");
        await visit.Button("New key").First.ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true }).FillAsync("Ada");
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await Expect(visit.Dialog.GetByLabel("API key")).ToContainTextAsync("wfk_");
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "I have copied it" }).ClickAsync();

        await visit.Button("Revoke Ada").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("Revoked ");
        visit.AssertNoErrors();
    }
}
