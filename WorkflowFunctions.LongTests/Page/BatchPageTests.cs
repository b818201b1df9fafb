using System.Text;
using Microsoft.Playwright;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Batches in the page, with a real server.</summary>
public sealed class BatchPageTests(PostgresFixture postgres, BrowserFixture browser) : PageTests(postgres, browser)
{
    [Fact]
    public async Task Two_hundred_rows_with_three_wrong_ones_are_corrected_and_run()
    {
        var template = await Server.Client.SaveAsync(new
        {
            name = "Letters",
            nodes = new object[]
            {
                new { id = "start", type = "input" },
                new { id = "check", type = "condition", data = new { @if = "params.count > 195" } },
                new { id = "stop", type = "fail", data = new { message = "Too many" } },
                new { id = "greet", type = "transform", data = new { template = "Hello {{ params.topic }}" } },
            },
            edges = new object[]
            {
                TestWorkflows.Edge("start", "check"),
                new { id = "t", source = "check", target = "stop", sourceHandle = "true" },
                new { id = "f", source = "check", target = "greet", sourceHandle = "false" },
            },
            default_params = new { topic = "tea", count = 1 },
        });
        var lines = Enumerable.Range(1, 200).Select(row => row switch
        {
            17 => "topic 17,many",
            42 => "topic 42",
            150 => "topic \"150\",150",
            _ => $"topic {row},{row}",
        }).Prepend("Thema,count").ToList();

        await using var visit = await OpenAsync("/");
        await visit.Button("More for Letters").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Run many" }).ClickAsync();
        await visit.Page.GetByLabel("File with the rows").SetInputFilesAsync(new FilePayload
        {
            Name = "letters.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes(string.Join('\n', lines)),
        });
        var wrong = visit.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Listitem);
        await Expect(wrong).ToHaveCountAsync(3);
        await Expect(wrong.Nth(0)).ToContainTextAsync("Line 18, column 'count': 'many' is not a number");
        await Expect(wrong.Nth(1)).ToContainTextAsync("Line 43 has 1 field");
        await Expect(wrong.Nth(2)).ToContainTextAsync("Line 151: a field has a quote");
        await Expect(visit.Button("Run")).ToBeDisabledAsync();
        Assert.Empty((await Server.Client.GetAsync("/api/batches"))["items"].EnumerateArray());
        await ShootAsync(visit, "batch-wrong");

        (lines[17], lines[42], lines[150]) = ("topic 17,17", "topic 42,42", "\"topic \"\"150\"\"\",150");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Rows", Exact = true }).FillAsync(string.Join('\n', lines));
        await Expect(visit.Page.GetByText("200 rows, all of them right.")).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Param of Thema", new() { Exact = true }).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = "topic", Exact = true }).ClickAsync();
        await Expect(
                visit
                    .Page.GetByRole(AriaRole.Table, new() { Name = "First rows" })
                    .GetByRole(AriaRole.Columnheader, new() { Name = "topic" }))
            .ToBeVisibleAsync();
        await ShootAsync(visit, "batch-right");
        await visit.Button("Run 200 rows").ClickAsync();

        await visit.SeeAddressAsync("/batches/batch-");
        var bar = visit.Page.GetByRole(AriaRole.Progressbar);
        await Expect(bar).ToHaveAttributeAsync("aria-valuenow", "200");
        await Expect(visit.Button("195 completed")).ToBeVisibleAsync();
        await ShootAsync(visit, "batch-done");
        await visit.Button("5 failed").ClickAsync();
        var rows = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Rows" });
        await Expect(rows.GetByText("Too many")).ToHaveCountAsync(5);
        await visit.Button("Download").ClickAsync();
        var download = await visit.Page.RunAndWaitForDownloadAsync(
            () => visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "CSV, for a spreadsheet" }).ClickAsync());
        var table = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(201, table.Length);
        Assert.Contains("\"topic \"\"150\"\"\"", table[150], StringComparison.Ordinal);
        await visit.Button("Retry 5").ClickAsync();
        await Expect(visit.Page.GetByText("The rows run again")).ToBeVisibleAsync();

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Executions", Exact = true }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Batches" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Batches" })).ToContainTextAsync("letters.csv");
        await ShootAsync(visit, "batches");
        visit.AssertNoErrors();
    }

    /// <summary>Takes pictures, if people want any: on a desk and on a telephone, in both themes.</summary>
    private static async Task ShootAsync(Visit visit, string name)
    {
        if (Environment.GetEnvironmentVariable("WORKFLOW_TEST_PICTURES") is not { Length: > 0 })
            return;
        foreach (var (width, theme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = theme });
            await visit.ShootAsync($"{name}-{width}");
        }

        await visit.Page.SetViewportSizeAsync(1280, 900);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }
}
