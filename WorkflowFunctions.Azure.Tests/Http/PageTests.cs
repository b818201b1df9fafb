using System.Net;
using Microsoft.Playwright;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.LongTests.Page;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.Azure.Tests.Http;

/// <summary>The page, through its trigger, where the host asks for a function key.</summary>
public sealed class PageTests(PostgresFixture postgres, BrowserFixture browser) : IAsyncLifetime
{
    private const string Key = "a function key+/=";

    private TestDatabase _database = null!;
    private FunctionsApp _app = null!;

    private HttpClient Http => _app.Client.Http;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _app = await FunctionsApp.StartAsync(_database, functionKey: Key);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/executions")]
    [InlineData("/executions/exec-1?node=copy")]
    public async Task Anyone_gets_the_start_of_the_page_at_each_of_its_addresses(string address)
    {
        SkipUnlessBuilt();
        using var response = await Http.GetAsync(address, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<div id=\"root\">", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl!.NoCache);
        Assert.Contains(
            "default-src 'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Its_assets_are_kept_for_good_and_what_is_not_there_is_not_found()
    {
        SkipUnlessBuilt();
        var script = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "wwwroot", "assets"), "*.js").Select(Path.GetFileName)
            .First();
        using var found = await Http.GetAsync($"/assets/{script}", Cancelled);
        using var missing = await Http.GetAsync("/assets/gone.js", Cancelled);

        Assert.Contains("immutable", found.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("application/problem+json", missing.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/api/session")]
    [InlineData("/API/session")]
    [InlineData("//api/session")]
    [InlineData("/x/../api/session")]
    [InlineData("/api%2Fsession")]
    [InlineData("/./api/session")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/scalar")]
    public async Task The_API_is_not_reached_without_the_key(string address)
    {
        // As it is written: a client that follows the rules would tidy it up.
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(
                Http.BaseAddress!.ToString().TrimEnd('/') + address,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using var response = await Http.SendAsync(request, Cancelled);

        Assert.False(
            response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType != "text/html",
            $"{address}: {response.StatusCode} {response.Content.Headers.ContentType}");
        Assert.DoesNotContain("is_open", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_holder_of_the_key_is_the_one_user()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/session") { Headers = { { "x-functions-key", Key } } };
        using var response = await Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"is_open\":true", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_gives_the_page_the_key_and_runs_a_workflow_with_it()
    {
        await using var visit = await browser.OpenAsync(Http.BaseAddress!);
        await visit.Page.GetByLabel("Function key").First.FillAsync("another");
        await visit.Button("Log in").ClickAsync();
        await Expect(visit.Page.GetByText("The key is not known.")).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Function key").First.FillAsync(Key);
        await visit.Button("Log in").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Navigation)).ToBeVisibleAsync();

        Http.DefaultRequestHeaders.Add("x-functions-key", Key);
        var id = await _app.Client.StartAsync(await _app.Client.SaveAsync(TestWorkflows.Greeting()));
        await visit.Page.GotoAsync(new Uri(Http.BaseAddress!, $"/executions/{id}").ToString());
        await visit.SeeStatusAsync("completed");
        visit.AssertNoErrors();
    }

    private static void SkipUnlessBuilt() => Assert.SkipUnless(
        File.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot", "index.html")),
        "The page was not built: npm was not found, or BuildWeb was false.");
}
