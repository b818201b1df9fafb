using Microsoft.Playwright;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Trying a workflow while it is drawn: tests of single nodes, pins, going on from another output, versions.</summary>
public sealed class TrialPageTests(PostgresFixture postgres, BrowserFixture browser) : PageTests(postgres, browser)
{
    [Fact]
    public async Task A_changed_prompt_is_tested_three_times_and_nothing_else_runs()
    {
        var (template, _) = await RunTenAsync();
        var before = await RunJobsAsync();
        var saved = await NodesAsync(template);
        await using var visit = await OpenAsync($"/templates/{template}");
        var page = visit.Page;

        await visit.Node("write").ClickAsync();
        await visit.Button("Try write").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Test this node" }).ClickAsync();
        var dock = page.GetByRole(AriaRole.Region, new() { Name = "Test of write" });
        await Expect(dock.GetByText("Output in that run")).ToBeVisibleAsync();
        foreach (var drink in (string[])["coffee", "cocoa", "milk"])
        {
            await page.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" })
                .FillAsync($"Write about {drink}, for {{{{ nodes.n3.text }}}}.");
            await dock.GetByRole(AriaRole.Button, new() { Name = "Test this node" }).ClickAsync();
            await Expect(dock.GetByText("Output of this test")).ToBeVisibleAsync();
            await Expect(dock.GetByText($"Write about {drink}, for three.").First).ToBeVisibleAsync();
        }

        await visit.ShootAsync("test-a-node");
        Assert.Equal(before + 3, await RunJobsAsync());
        Assert.Equal(saved, await NodesAsync(template));

        // What was made is pinned, and used by what is run from here.
        await dock.GetByRole(AriaRole.Button, new() { Name = "Pin this output" }).ClickAsync();
        await Expect(visit.Node("write").GetByLabel("Pinned")).ToBeVisibleAsync();
        await dock.GetByRole(AriaRole.Button, new() { Name = "Close the test" }).ClickAsync();
        await visit.Button("Fit View").ClickAsync();
        await visit.Node("n6").ClickAsync();
        await visit.Button("Try n6").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Run to here" }).ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        var link = await page.GetByRole(AriaRole.Link, new() { Name = "Started. Open the execution" }).GetAttributeAsync("href");
        Assert.Equal("completed", (await Server.Client.RestAsync(link!.Split('/')[^1])).State);
        Assert.Equal(before + 5, await RunJobsAsync());
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_completed_execution_goes_on_with_an_edited_output()
    {
        var (_, origin) = await RunTenAsync();
        var before = await RunJobsAsync();
        await using var visit = await OpenAsync($"/executions/{origin}");
        var page = visit.Page;

        await visit.Node("n6").ClickAsync();
        await visit.Button("Edit the output and go on").ClickAsync();
        await visit.Dialog.GetByLabel("Output").FillAsync("""{ "text": "edited" }""");
        await visit.Dialog.GetByLabel("Reason").FillAsync("Better so.");
        await visit.ShootAsync("edit-and-go-on");
        await visit.Button("Start the new execution").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Goes on from another execution" })).ToBeVisibleAsync();
        await visit.SeeStatusAsync("completed");

        Assert.Equal(before + 4, await RunJobsAsync());
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Save as test" }).ClickAsync());
        Assert.Contains(
            "expected", await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        await visit.Node("n9").ClickAsync();
        await Expect(page.GetByText("edited, six, seven, eight").First).ToBeVisibleAsync();
        var first = await Server.Client.GetAsync($"/api/executions/{origin}");
        Assert.DoesNotContain("edited", first["outputs"].GetRawText(), StringComparison.Ordinal);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_version_is_compared_restored_and_published()
    {
        var (template, _) = await RunTenAsync();
        await using var visit = await OpenAsync($"/templates/{template}");
        var page = visit.Page;
        await visit.Node("write").ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" }).FillAsync("Write about coffee, for {{ nodes.n3.text }}.");
        await visit.Button("Save").ClickAsync();
        await Expect(page.GetByText("Changed", new() { Exact = true })).ToHaveCountAsync(0);

        await visit.Button("More").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Versions" }).ClickAsync();
        var saves = visit.Dialog.GetByRole(AriaRole.List, new() { Name = "Saves, newest first" }).GetByRole(AriaRole.Button);
        await Expect(saves).ToHaveCountAsync(2);
        await saves.Nth(1).ClickAsync();
        await Expect(visit.Dialog.Locator("del", new() { HasText = "tea" })).ToBeVisibleAsync();
        await Expect(visit.Dialog.Locator("ins", new() { HasText = "coffee" })).ToBeVisibleAsync();
        await visit.ShootAsync("versions");
        await visit.Button("Publish this version").ClickAsync();
        await Expect(visit.Button("Unpublish")).ToBeVisibleAsync();
        await visit.Button("Restore").ClickAsync();
        await visit.Node("write").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" }))
            .ToHaveValueAsync("Write about tea, for {{ nodes.n3.text }}.");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_drawing_is_tried_before_it_is_saved_and_keeps_its_runs()
    {
        await using var visit = await OpenAsync("/templates/new");
        var page = visit.Page;
        await visit.DropAsync("generate_copy", 480, 300);
        await visit.ConnectAsync("start", "generate-copy");
        await visit.Node("generate-copy").ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" }).FillAsync("Write about tea.");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Try ") }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Test this node" }).ClickAsync();
        var dock = page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Test of ") });
        await dock.GetByRole(AriaRole.Button, new() { Name = "Test this node" }).ClickAsync();
        await Expect(dock.GetByText("Output of this test")).ToBeVisibleAsync();
        await Expect(dock.GetByText("Write about tea.").First).ToBeVisibleAsync();
        await visit.ShootAsync("test-unsaved");
        Assert.DoesNotContain((await Server.Client.GetAsync("/api/templates?archived=false"))["items"].EnumerateArray(), IsNew);
        var tried = (await Server.Client.GetAsync("/api/templates"))["items"].EnumerateArray().Single(IsNew).GetProperty("id").GetString();

        await visit.Button("Save").ClickAsync();
        await visit.SeeAddressAsync($"/templates/{tried}$");
        var saved = (await Server.Client.GetAsync("/api/templates?archived=false"))["items"].EnumerateArray().Single(IsNew);
        Assert.Equal((tried, "completed"), (saved.GetProperty("id").GetString(), saved.GetProperty("last_status").GetString()));
        visit.AssertNoErrors();

        static bool IsNew(System.Text.Json.JsonElement template) => template.GetProperty("name").GetString() == "New workflow";
    }

    [Fact]
    public async Task A_value_of_the_last_run_is_clicked_and_dragged_into_a_field()
    {
        var (template, _) = await RunTenAsync();
        await using var visit = await OpenAsync($"/templates/{template}");
        var page = visit.Page;
        await visit.Node("n5").ClickAsync();
        var field = page.GetByRole(AriaRole.Combobox, new() { Name = "Template" });
        var text = page.GetByRole(AriaRole.Region, new() { Name = "What write gave last" })
            .GetByRole(AriaRole.Button, new() { Name = "text", Exact = true });
        await field.FillAsync("five ");
        await text.ClickAsync();
        await Expect(field).ToHaveValueAsync("five {{ nodes.write.text }}");
        await visit.ShootAsync("click-a-value");
        await field.FillAsync("");
        // Both are seen at once: a page that scrolls beneath the pointer drags something else.
        await page.SetViewportSizeAsync(1440, 4000);
        await text.DragToAsync(field);
        await Expect(field).ToHaveValueAsync("{{ nodes.write.text }}");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task What_a_version_would_do_is_seen_and_done_within_a_limit()
    {
        Drawing Draw(string prompt, string type, object data) => new Drawing("letters")
            .Node("write", "generate_copy", new { prompt })
            .Node("check", type, data, "write")
            .Node("end", "output", new { value = "{{ nodes.write.text }}" }, "check");
        var template = await Server.Client.SaveAsync(Draw("Write about tea.", "fail", new { message = "It is not good enough." }).ToFile());
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Server.Client.StartAsync(template)));
        Assert.All(await Task.WhenAll(runs.Select(Server.Client.RestAsync)), run => Assert.Equal("failed", run.State));
        await Server.Client.PutAsync(
            $"/api/templates/{template}", Draw("Write about coffee.", "transform", new { template = "fine" }).ToFile());
        await using var visit = await OpenAsync($"/templates/{template}");

        await visit.Button("More").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Versions" }).ClickAsync();
        await visit.Button("Impact").ClickAsync();
        var impact = visit.Dialog.GetByRole(AriaRole.Region, new() { Name = "Impact" });
        await Expect(impact.GetByText("3 executions could go on with it")).ToBeVisibleAsync();
        await Expect(impact.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
        await visit.ShootAsync("impact");
        await impact.GetByRole(AriaRole.Button, new() { Name = "Let 3 executions go on" }).ClickAsync();
        await Expect(impact.GetByText("3 executions went on, 0 left.")).ToBeVisibleAsync();
        await Expect(impact.GetByText("No execution has stopped that could go on with it.")).ToBeVisibleAsync();
        await visit.ShootAsync("impact-done");

        Assert.All(await Task.WhenAll(runs.Select(Server.Client.RestAsync)), run => Assert.Equal("completed", run.State));
        visit.AssertNoErrors();
    }

    /// <summary>A workflow of ten nodes that has run once: texts in a row, each with what came before it, and a model among them.</summary>
    private async Task<(string Template, string Execution)> RunTenAsync()
    {
        var drawing = new Drawing("ten")
            .Node("n1", "transform", new { template = "one" })
            .Node("n2", "transform", new { template = "two" }, "n1")
            .Node("n3", "transform", new { template = "three" }, "n2")
            .Node("write", "generate_copy", new { prompt = "Write about tea, for {{ nodes.n3.text }}." }, "n3")
            .Node("n5", "transform", new { template = "five" }, "write")
            .Node("n6", "transform", new { template = "six" }, "n5")
            .Node("n7", "transform", new { template = "{{ nodes.n6.text }}, six" }, "n6")
            .Node("n8", "transform", new { template = "{{ nodes.n7.text }}, seven" }, "n7")
            .Node("n9", "transform", new { template = "{{ nodes.n8.text }}, eight" }, "n8")
            .Node("end", "output", new { value = "{{ nodes.n9.text }}" }, "n9");
        var template = await Server.Client.SaveAsync(drawing.ToFile());
        var execution = await Server.Client.StartAsync(template);
        Assert.Equal("completed", (await Server.Client.RestAsync(execution)).State);
        return (template, execution);
    }

    /// <summary>How many nodes have run, in whichever execution.</summary>
    private async Task<long> RunJobsAsync() =>
        (await Database.QueryAsync<long>("SELECT count(*) FROM agent_jobs WHERE given_from IS NULL AND status = 'completed'")).Single();

    private async Task<string> NodesAsync(string template) =>
        (await Server.Client.GetAsync($"/api/templates/{template}"))["nodes_json"].GetRawText();
}
