using Microsoft.Playwright;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>The list of executions in the page, with a real server.</summary>
public sealed class ExecutionListTests(PostgresFixture postgres, BrowserFixture browser)
{
    [Fact]
    public async Task Those_that_wait_for_a_turn_show_their_number()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var effects = await EffectCounter.StartAsync();
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Limits:ExecutionsPerWorkspace"] = "1" });
        effects.Delay = TimeSpan.FromMinutes(10);
        var template = await server.Client.SaveAsync(
            new Drawing("Slow").Node("get", "http_request", new { method = "POST", url = $"{effects.Address}/count/get" }).ToFile());
        var first = await server.Client.StartAsync(template);
        await server.Client.UntilAsync(first, "get", "running");
        for (var i = 0; i < 2; i++)
            await server.Client.StartAsync(template);

        await using var visit = await browser.OpenAsync(new(server.Client.Http.BaseAddress!, "/executions"));

        var rows = visit.Page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(rows.Nth(0)).ToContainTextAsync("number 2 in line");
        await Expect(rows.Nth(1)).ToContainTextAsync("number 1 in line");
        await Expect(rows.Nth(2)).Not.ToContainTextAsync("in line");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task An_old_queue_of_another_program_is_told_of_and_started_by_a_button()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using (var before = await LocalServer.StartAsync(database))
            await before.Client.SaveAsync(TestWorkflows.Greeting());
        await database.ExecuteAsync(
            """
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, created_at)
            SELECT 'old-' || n, (SELECT max(id) FROM workflow_templates), 'default', 'default', 'default', 'pending', NOW() - interval '60 days'
            FROM generate_series(1, 3) n
            """);
        await using var server = await LocalServer.StartAsync(database);
        await using var visit = await browser.OpenAsync(new(server.Client.Http.BaseAddress!, "/executions"));

        var notice = visit.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "3 executions" });
        await Expect(notice).ToContainTextAsync("not started automatically");
        await notice.GetByRole(AriaRole.Button, new() { Name = "Start them" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();

        await Expect(notice).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("tbody tr").Filter(new() { HasText = "completed" })).ToHaveCountAsync(3);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task Those_in_which_somebody_has_to_decide_are_marked()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        var asking = await server.Client.StartAsync(await server.Client.SaveAsync(new Drawing("Ask").Node("ask", "approval").ToFile()));
        await server.Client.UntilAsync(asking, "ask", "waiting");
        await server.Client.RestAsync(await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Greeting())));

        await using var visit = await browser.OpenAsync(new(server.Client.Http.BaseAddress!, "/executions"));

        var rows = visit.Page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.Nth(0).Locator("[data-status=waiting]")).ToHaveCountAsync(0);
        await Expect(rows.Nth(1).Locator("span[data-status=running]")).ToBeVisibleAsync();
        await Expect(rows.Nth(1).GetByTitle("A node waits for a person or a signal")).ToHaveTextAsync("waiting");
        await visit.Button("waiting").ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("Ask");
        visit.AssertNoErrors();
    }
}
