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
        await using var server = await LocalServer.StartAsync(database, new Dictionary<string, string?> { ["Limits:ExecutionsPerWorkspace"] = "1" });
        effects.Delay = TimeSpan.FromMinutes(10);
        var template = await server.Client.SaveAsync(new Drawing("Slow").Node("get", "http_request", new { method = "POST", url = $"{effects.Address}/count/get" }).ToFile());
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
}
