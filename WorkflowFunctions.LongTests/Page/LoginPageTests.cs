using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using WorkflowFunctions.Database;
using WorkflowFunctions.Tests.Access;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>How a person logs in to a server that wants to know who calls, and out again.</summary>
public sealed class LoginPageTests(PostgresFixture postgres, BrowserFixture browser)
{
    [Fact]
    public async Task A_person_logs_in_with_a_key_and_out_again()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, Required());
        var key = await MakeKeyAsync(database);
        await using var visit = await browser.OpenAsync(server.Client.Http.BaseAddress!);

        await visit.Page.GetByLabel("Key or token").First.FillAsync("wfk_not-a-key");
        await visit.Button("Log in").ClickAsync();
        await Expect(visit.Page.GetByText("is not known")).ToBeVisibleAsync();

        await visit.Page.GetByLabel("Key or token").First.FillAsync(key);
        await visit.Button("Log in").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Navigation)).ToBeVisibleAsync();
        // The key is remembered, and no script can read it.
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Navigation)).ToBeVisibleAsync();
        Assert.DoesNotContain(
            key, await visit.Page.EvaluateAsync<string>("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"),
            StringComparison.Ordinal);

        await visit.Button("Log out").ClickAsync();
        await Expect(visit.Button("Log in")).ToBeVisibleAsync();
        await visit.Page.ReloadAsync();
        await Expect(visit.Button("Log in")).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_server_that_is_open_asks_nobody_to_log_in_or_out()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        await using var visit = await browser.OpenAsync(server.Client.Http.BaseAddress!);

        await Expect(visit.Page.GetByRole(AriaRole.Navigation)).ToBeVisibleAsync();
        await Expect(visit.Button("Log out")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task The_login_can_be_used_by_everyone(ColorScheme colors, int width)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, Required());
        await using var visit = await browser.OpenAsync(server.Client.Http.BaseAddress!, width, 740, colors);
        await visit.Page.GetByLabel("Key or token").First.FillAsync("wrong");
        await visit.Button("Log in").ClickAsync();
        await Expect(visit.Page.GetByText("is not known")).ToBeVisibleAsync();

        var found = await visit.Page.RunAxe();

        var barriers = string.Join(
            "\n",
            found
                .Violations.Where(one => one.Impact is "serious" or "critical")
                .SelectMany(one => one.Nodes.Select(node => $"{one.Help}: {node.Html}")));
        Assert.True(barriers.Length == 0, barriers);
        Assert.Equal(width, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await visit.ShootAsync($"login-{colors}-{width}");
    }

    private static Dictionary<string, string?> Required() => new() { ["Access:Required"] = "true" };

    private static async Task<string> MakeKeyAsync(TestDatabase database)
    {
        await using var services = TwoWorkspaces.Services(database.ConnectionString, RowSecurityMode.Auto);
        return await SecuredApi.KeyAsync(services, "admin");
    }
}
