using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Every view can be used by everyone: axe finds nothing serious, light and dark, and a phone is wide enough.</summary>
public sealed class AccessibilityTests(PostgresFixture postgres, BrowserFixture browser, AccessibilityTests.Content content)
    : IClassFixture<AccessibilityTests.Content>
{
    public static TheoryData<string, ColorScheme> Views => new(
        from view in (string[])
        [
            "gallery", "editor", "new", "executions", "execution", "approval", "events", "checkpoints", "metrics", "outputs", "inbox",
            "answer", "triggers", "hooks", "subscriptions", "subscription", "keys", "key", "batches", "batch", "new batch", "analytics",
            "operations", "nowhere", "menu", "run", "node", "dock", "versions", "impact", "keyboard",
        ]
        from colors in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark]
        select new TheoryDataRow<string, ColorScheme>(view, colors));

    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_view_has_no_serious_barrier(string view, ColorScheme colors)
    {
        await content.PrepareAsync(postgres);
        await using var visit = await browser.OpenAsync(content.Address(view), colors: colors);
        await SettleAsync(visit);
        await OpenAsync(visit, view);

        var found = await visit.Page.RunAxe();

        var barriers = found.Violations.Where(one => one.Impact is "serious" or "critical")
            .Select(one => $"{one.Id}: {one.Help}: {string.Join(" | ", one.Nodes.Take(4).Select(node => node.Html))}").ToList();
        Assert.True(barriers.Count == 0, string.Join('\n', barriers));
        visit.AssertNoErrors();
    }

    [Theory]
    [InlineData("gallery")]
    [InlineData("editor")]
    [InlineData("executions")]
    [InlineData("execution")]
    [InlineData("inbox")]
    [InlineData("triggers")]
    [InlineData("subscriptions")]
    [InlineData("keys")]
    [InlineData("new batch")]
    [InlineData("batches")]
    [InlineData("batch")]
    [InlineData("analytics")]
    [InlineData("operations")]
    public async Task A_view_fits_into_360_pixels(string view)
    {
        await content.PrepareAsync(postgres);
        await using var visit = await browser.OpenAsync(content.Address(view), width: 360, height: 740);
        await SettleAsync(visit);

        Assert.Equal(360, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Every_kind_of_index_can_be_chosen_on_a_phone()
    {
        await content.PrepareAsync(postgres);
        await using var visit = await browser.OpenAsync(content.Address("operations"), width: 360, height: 740);

        foreach (var kind in (string[])["Largest", "Unused", "Duplicates", "Bloat"])
        {
            var choice = visit.Page.Locator("label", new() { HasText = kind });
            await Expect(choice).ToBeVisibleAsync();
            Assert.InRange((await choice.BoundingBoxAsync())!.X, 0, 360 - (await choice.BoundingBoxAsync())!.Width);
        }
    }

    /// <summary>What lies over a view, or comes with a node, is opened there.</summary>
    private static async Task OpenAsync(Visit visit, string view)
    {
        Task ChooseAsync(string name) => visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = name, Exact = true }).ClickAsync();
        switch (view)
        {
            case "menu":
                await visit.Button("More for Letters").ClickAsync();
                await Expect(visit.Page.GetByRole(AriaRole.Menuitem).First).ToBeVisibleAsync();
                break;
            case "run":
                await visit.Button("Run Letters").ClickAsync();
                await Expect(visit.Dialog).ToBeVisibleAsync();
                break;
            case "key":
                await visit.Button("New key").ClickAsync();
                await visit.Dialog.GetByText("Work", new() { Exact = true }).ClickAsync();
                await Expect(visit.Dialog.GetByLabel("Queues")).ToBeVisibleAsync();
                break;
            case "subscription":
                await visit.Button("New subscription").ClickAsync();
                await Expect(visit.Dialog.GetByRole(AriaRole.Checkbox).First).ToBeVisibleAsync();
                break;
            case "keyboard":
                await visit.Button("Keys").ClickAsync();
                await Expect(visit.Dialog).ToBeVisibleAsync();
                break;
            case "node" or "dock":
                await visit.Node("write").ClickAsync();
                await Expect(visit.Page.GetByText("Data of the last run")).ToBeVisibleAsync();
                if (view == "node")
                    break;
                await visit.Button("Try Write").ClickAsync();
                await ChooseAsync("Test this node");
                await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Test of Write" })).ToBeVisibleAsync();
                break;
            case "versions" or "impact":
                await visit.Button("More").ClickAsync();
                await ChooseAsync("Versions");
                await Expect(visit.Dialog.GetByRole(AriaRole.Listitem).First).ToBeVisibleAsync();
                if (view == "versions")
                    break;
                await visit.Button("Impact").ClickAsync();
                await Expect(visit.Dialog.GetByRole(AriaRole.Region, new() { Name = "Impact" })).ToBeVisibleAsync();
                break;
        }

        await visit.BeIdleAsync();
    }

    private static async Task SettleAsync(Visit visit)
    {
        await Expect(visit.Page.GetByRole(AriaRole.Heading).First).ToBeVisibleAsync();
        await visit.BeIdleAsync();
    }

    /// <summary>A server with something to see.</summary>
    public sealed class Content : IAsyncDisposable
    {
        private Task? _prepared;
        private TestDatabase? _database;
        private LocalServer? _server;
        private string _templateId = "";
        private string _executionId = "";
        private string _waitingId = "";
        private string _batchId = "";
        private string _answerPath = "";

        public Task PrepareAsync(PostgresFixture postgres) => _prepared ??= MakeAsync(postgres);

        public Uri Address(string view) => new(_server!.Client.Http.BaseAddress!, view switch
        {
            "gallery" or "menu" or "run" => "/",
            "editor" or "node" or "dock" or "versions" or "impact" or "keyboard" => $"/templates/{_templateId}",
            "new" => "/templates/new",
            "executions" or "triggers" or "batches" or "analytics" or "operations" => $"/{view}",
            "inbox" => "/inbox?asked=anyone",
            "answer" => _answerPath,
            "hooks" => "/triggers?tab=hooks",
            "subscriptions" or "subscription" => "/triggers?tab=subscriptions",
            "keys" or "key" => "/triggers?tab=keys",
            "new batch" => $"/batches/new?template={_templateId}",
            "execution" => $"/executions/{_executionId}?node=write",
            "batch" => $"/batches/{_batchId}",
            "approval" => $"/executions/{_waitingId}?node=look",
            "nowhere" => "/nowhere",
            _ => $"/executions/{_executionId}?tab={view}",
        });

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
            if (_database is not null)
                await _database.DisposeAsync();
        }

        private async Task MakeAsync(PostgresFixture postgres)
        {
            _database = await postgres.CreateDatabaseAsync();
            _server = await LocalServer.StartAsync(_database);
            _templateId = await _server.Client.SaveAsync(new Drawing("Letters")
                .Node("start", "input")
                .Node("write", "generate_copy", new { prompt = "Write a letter.", label = "Write" }, "start")
                .Node("if", "condition", new { @if = "params.tone == \"warm\"" }, "write")
                .Node("stop", "fail", new { message = "No tone." })
                .Edge("if/true", "stop").ToFile());
            foreach (var tone in (string[])["warm", "cool"])
            {
                _executionId = await _server.Client.StartAsync(_templateId, new { tone });
                await _server.Client.RestAsync(_executionId);
            }

            _waitingId = await _server.Client.StartFileAsync(
                new Drawing("Waits").Node("look", "approval", new { message = "Is it good?" }).ToFile());
            await _server.Client.UntilAsync(_waitingId, "look", "waiting");
            var asked = (await _server.Client.GetAsync("/api/tasks"))["items"].EnumerateArray().First().GetProperty("id").GetString();
            var link = await _server.Client.PostAsync($"/api/tasks/{asked}/links", new { answers_as = "eve@example.com" });
            _answerPath = new Uri(link["url"].GetString()!).PathAndQuery;
            var work = await _server.Client.StartFileAsync(
                new Drawing("Works").Node("work", "task", new { name = "tasks.generate_copy", heartbeat_seconds = 3600 }).ToFile());
            await _server.Client.UntilAsync(work, "work", "waiting");
            await _server.Client.PostAsync("/api/workers/tasks/claim", new { worker = "copy-1", wait = 20 });
            _batchId = (await _server.Client.SendRowsAsync(_templateId, "text/csv", "tone,topic\nwarm,tea\ncool,rain\n")).Id;
            await _server.Client.BatchAsync(_batchId, row => row.State == "completed");
            await _server.Client.PostAsync("/api/schedules", new { template_id = _templateId, cron = "0 7 * * *" });
            await _server.Client.PostAsync("/api/hooks", new { template_id = _templateId, name = "Form" });
            // Nobody answers there: what is told is not delivered.
            await _server.Client.PostAsync("/api/subscriptions", new { url = "http://127.0.0.1:9/events" });
            await _server.Client.RestAsync(await _server.Client.StartAsync(_templateId, new { tone = "warm" }));
            await _server.Client.PostAsync("/api/admin/analytics/refresh");
        }
    }
}
