using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Watching executions in the page and doing something about them, with a real server.</summary>
public sealed class ExecutionPageTests(PostgresFixture postgres, BrowserFixture browser) : PageTests(postgres, browser)
{
    [Fact]
    public async Task An_execution_is_paused_and_the_page_reloaded_and_resumed()
    {
        var id = await Server.Client.StartFileAsync(Approval().ToFile());
        await using var visit = await OpenExecutionAsync(id);
        await visit.SeeNodeAsync("look", "waiting");

        await visit.Button("Pause").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        await visit.SeeStatusAsync("paused");
        await visit.Page.ReloadAsync();
        await visit.SeeStatusAsync("paused");
        Assert.Equal("paused", (await Server.Client.GetAsync($"/api/executions/{id}")).State);

        await visit.Button("Resume").ClickAsync();
        await visit.SeeStatusAsync("running");
        await visit.Button("Decide").ClickAsync();
        await visit.Button("Approve").ClickAsync();
        await visit.SeeStatusAsync("completed");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_person_approves_with_a_comment()
    {
        var id = await Server.Client.StartFileAsync(Approval().ToFile());
        await using var visit = await OpenExecutionAsync(id);

        await visit.Button("Decide").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Approval" }).GetByText("Is it good?")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Comment" }).FillAsync("Well done");
        await visit.Button("Approve").ClickAsync();

        await visit.SeeStatusAsync("completed");
        await visit.SeeNodeAsync("no", "skipped");
        var outputs = (await Server.Client.GetAsync($"/api/executions/{id}"))["outputs"];
        Assert.Equal("Well done", outputs.GetProperty("yes").GetProperty("text").GetString());
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task What_failed_is_retried_and_goes_on()
    {
        await using var effects = await EffectCounter.StartAsync();
        effects.FailingNames.Add("call");
        var call = new { url = $"{effects.Address}/count/call", method = "POST", retry = new { max_attempts = 1 } };
        var id = await Server.Client.StartFileAsync(
            new Drawing("Flaky")
                .Node("start", "input")
                .Node("call", "http_request", call, "start")
                .Node("end", "merge", null, "call")
                .ToFile());
        await using var visit = await OpenExecutionAsync(id);
        await visit.SeeStatusAsync("failed");
        await visit.SeeNodeAsync("call", "failed");

        effects.FailingNames.Clear();
        await visit.Button("Retry").ClickAsync();

        await visit.SeeStatusAsync("completed");
        await visit.SeeNodeAsync("end", "completed");
        await Expect(visit.Page.GetByText("Retried once")).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_node_that_failed_is_fixed_and_its_execution_goes_on()
    {
        await using var effects = await EffectCounter.StartAsync();
        effects.FailingNames.Add("call");
        var call = new
        {
            label = "Call it",
            url = $"{effects.Address}/count/call",
            method = "POST",
            retry = new { max_attempts = 2, initial_seconds = 0.01 },
        };
        var id = await Server.Client.StartFileAsync(
            new Drawing("Broken")
                .Node("start", "input")
                .Node("call", "http_request", call, "start")
                .Node("end", "merge", null, "call")
                .ToFile());
        await using var visit = await OpenExecutionAsync(id);
        await visit.SeeStatusAsync("failed");
        // What failed is not done.
        await Expect(visit.Page.GetByRole(AriaRole.Progressbar, new() { Name = "Progress" })).ToHaveAttributeAsync("aria-valuenow", "33");
        await Expect(visit.Page.Locator("dt", new() { HasText = "Nodes done" }).Locator("xpath=following-sibling::dd"))
            .ToHaveTextAsync("1 / 3");
        await Visit.StillAsync(visit.Node("call"));
        var graph = await Visit.StillAsync(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Graph" }));

        await visit.Button("Show the failed node").ClickAsync();
        var inspector = visit.Page.GetByRole(AriaRole.Complementary, new() { Name = "Node Call it" });
        // Each attempt with its own error, and nothing else on the page moves.
        await Expect(inspector.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        var after = await Visit.StillAsync(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Graph" }));
        Assert.Equal((graph.X, graph.Y, graph.Width, graph.Height), (after.X, after.Y, after.Width, after.Height));
        await inspector.GetByRole(AriaRole.Link, new() { Name = "Fix this node" }).ClickAsync();

        var field = visit.Page.GetByRole(AriaRole.Combobox, new() { Name = "URL" });
        await Expect(field).ToBeFocusedAsync();
        await field.FillAsync($"{effects.Address}/count/other");
        await visit.Button("Save and retry").ClickAsync();
        await visit.SeeAddressAsync($"/executions/{id}$");
        await visit.SeeStatusAsync("completed");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task Outputs_begin_with_documents_and_pictures()
    {
        var drawing = new Drawing("Makes")
            .Node("text", "generate_copy", new { prompt = "Tea", save_document = new { title = "On tea" } })
            .Node("image", "generate_image", new { prompt = "A pot of tea", count = 2 })
            .Node("end", "output", new { value = "{{ nodes.text.document_ids | size }}" }, "text", "image");
        var id = await Server.Client.StartFileAsync(drawing.ToFile());
        await Server.Client.RestAsync(id);
        await using var visit = await OpenExecutionAsync(id, "?tab=outputs");

        var document = visit.Page.GetByRole(AriaRole.Article, new() { Name = "On tea" });
        await Expect(document.Locator("p").First).ToBeVisibleAsync();
        await Expect(document.GetByRole(AriaRole.Link, new() { Name = "Download On tea" })).ToHaveAttributeAsync("download", "on-tea.md");
        await visit.Button("Show picture 2 of 2").ClickAsync();
        await Expect(visit.Dialog.GetByRole(AriaRole.Img, new() { Name = "A pot of tea" })).ToBeVisibleAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Next picture" }).ClickAsync();
        await Expect(visit.Dialog.GetByText("Picture 1 of 2")).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_loop_of_many_items_counts_them_and_reads_little()
    {
        const int Items = 3_000;
        var drawing = new Drawing("Many")
            .Node("each", "for_each", new { items = $"{{{{ (1..{Items}) }}}}", max_parallel = 200 })
            .Inside("each", "wait", "delay", new { seconds = 0.02 })
            .Node("end", "output", null, "each");
        var id = await Server.Client.StartFileAsync(drawing.ToFile());
        await using var visit = await OpenExecutionAsync(id);
        // What is asked of the API, without the page itself.
        var sizes = new ConcurrentQueue<Task<RequestSizesResult>>();
        visit.Page.RequestFinished += (_, request) =>
        {
            if (request.Url.Contains("/api/", StringComparison.Ordinal))
                sizes.Enqueue(request.SizesAsync());
        };

        await Expect(visit.Node("wait")).ToContainTextAsync($"/ {Items:N0}");
        await visit.SeeStatusAsync("completed");
        await Expect(visit.Node("wait")).ToContainTextAsync($"{Items:N0} / {Items:N0}");
        await Expect(visit.Page.GetByRole(AriaRole.Progressbar, new() { Name = "Progress" })).ToHaveAttributeAsync("aria-valuenow", "100");

        await visit.Node("wait").ClickAsync();
        var items = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Items" });
        await Expect(items.GetByRole(AriaRole.Button).First).ToBeVisibleAsync();
        // The jobs alone would be more than that many times over.
        Assert.InRange((await Task.WhenAll(sizes)).Sum(size => size.ResponseBodySize), 1, 200_000);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_fork_begins_at_a_checkpoint_with_other_params()
    {
        var file = Approval().ToFile();
        file["default_params"] = new System.Text.Json.Nodes.JsonObject { ["tone"] = "warm" };
        var id = await Server.Client.StartFileAsync(file);
        await Server.Client.UntilAsync(id, "look", "waiting");
        Assert.Equal(HttpStatusCode.Accepted, (await Server.Client.PostAsync($"/api/executions/{id}/checkpoint", new { })).Status);
        await using var visit = await OpenExecutionAsync(id, "?tab=checkpoints");

        await visit.Button("Fork from here").First.ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Tone" }).FillAsync("cool");
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Fork", Exact = true }).ClickAsync();
        await visit.SeeAddressAsync($"/executions/exec-(?!{id["exec-".Length..]})");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Forked from another execution" })).ToBeVisibleAsync();
        await visit.Button("Decide").ClickAsync();
        await visit.Button("Reject").ClickAsync();

        await visit.SeeStatusAsync("completed");
        var forked = new Uri(visit.Page.Url).Segments[^1];
        Assert.Equal(
            "cool",
            (await Server.Client.GetAsync($"/api/executions/{forked}"))["outputs"].GetProperty("no").GetProperty("text").GetString());
        Assert.Equal("running", (await Server.Client.GetAsync($"/api/executions/{id}")).State);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_loop_shows_what_became_of_each_item()
    {
        await using var effects = await EffectCounter.StartAsync();
        effects.FailingNames.Add("b");
        var call = new
        {
            url = $"{effects.Address}/count/{{{{ item }}}}",
            method = "POST",
            on_error = "continue",
            retry = new { max_attempts = 1 },
        };
        var id = await Server.Client.StartFileAsync(
            new Drawing("Loop")
                .Node("each", "for_each", new { items = new[] { "a", "b", "c" } })
                .Inside("each", "call", "http_request", call)
                .ToFile());
        await using var visit = await OpenExecutionAsync(id);
        await visit.SeeStatusAsync("completed");

        await visit.Node("call").ClickAsync();
        var items = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Items" });
        await Expect(items.GetByRole(AriaRole.Button)).ToHaveCountAsync(3);
        await Expect(items.GetByRole(AriaRole.Button).Nth(1)).ToContainTextAsync("failed");
        await Expect(visit.Node("call")).ToContainTextAsync("3 / 3");
        await Expect(visit.Node("call")).ToContainTextAsync("1 failed");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task TheServer_looks_for_executions_and_the_address_keeps_what_for()
    {
        foreach (var name in (string[])["Spring letters", "Autumn letters"])
            await Server.Client.RestAsync(await Server.Client.StartFileAsync(new Drawing(name).Node("end", "output").ToFile()));
        await using var visit = await OpenAsync("/executions");
        var rows = visit.Page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);

        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the executions" }).FillAsync("SPRING");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("Spring letters");
        await visit.SeeAddressAsync(@"/executions\?search=SPRING$");
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the executions" })).ToHaveValueAsync("SPRING");
        await Expect(rows).ToHaveCountAsync(1);

        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the executions" }).FillAsync("nobody wrote this");
        await visit.Button("Show all").ClickAsync();
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the executions" })).ToHaveValueAsync("");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_node_of_a_large_graph_is_told_of_and_not_covered()
    {
        var file = Large();
        var id = await Server.Client.StartFileAsync(file);
        await Server.Client.RestAsync(id);
        await using var visit = await OpenExecutionAsync(id);
        await visit.SeeNodeAsync("n168", "completed");

        await Visit.StillAsync(visit.Node("n168"));
        await visit.Node("n168").ClickAsync();
        var panel = visit.Page.GetByRole(AriaRole.Complementary, new() { Name = "Node n168" });
        await Expect(panel.GetByText("Completed")).ToBeVisibleAsync();
        var node = await Visit.StillAsync(visit.Node("n168"));
        var cover = await Visit.StillAsync(panel);
        Assert.True(node.X + node.Width <= cover.X, $"The node ends at {node.X + node.Width}, and the panel begins at {cover.X}.");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_link_to_a_node_of_a_large_graph_brings_that_node_into_view()
    {
        var id = await Server.Client.StartFileAsync(Large());
        await Server.Client.RestAsync(id);
        await using var visit = await OpenExecutionAsync($"{id}?node=n177");

        // From afar a node has no more than its name.
        await Expect(visit.Node("n177").GetByText("Completed")).ToBeVisibleAsync();
        var node = await Visit.StillAsync(visit.Node("n177"));
        var frame = await Visit.StillAsync(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Graph" }));
        var cover = await Visit.StillAsync(visit.Page.GetByRole(AriaRole.Complementary, new() { Name = "Node n177" }));
        Assert.True(
            node.X >= frame.X && node.X + node.Width <= cover.X,
            $"The node is from {node.X} to {node.X + node.Width}, the free place from {frame.X} to {cover.X}.");
        Assert.InRange(node.Y, frame.Y, frame.Y + frame.Height - node.Height);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_link_to_a_node_that_is_not_there_says_so()
    {
        var id = await Server.Client.StartFileAsync(new Drawing("Short").Node("end", "output").ToFile());
        await using var visit = await OpenExecutionAsync($"{id}?node=ghost");
        await visit.SeeNodeAsync("end", "completed");
        await Expect(visit.Page.GetByRole(AriaRole.Complementary, new() { Name = "Node ghost" }))
            .ToContainTextAsync("This execution has no such node.");
        visit.AssertNoErrors();
    }

    [Theory]
    [InlineData("executions/none", "Execution not found", "Go to the executions", "/executions$")]
    [InlineData("templates/none", "Workflow not found", "Go to the workflows", "/$")]
    [InlineData("nowhere", "Page not found", "Go to the workflows", "/$")]
    public async Task A_link_that_leads_nowhere_says_where_to_go(string link, string told, string way, string to)
    {
        await using var visit = await OpenAsync(link);
        await Expect(visit.Page.GetByText(told)).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = way }).ClickAsync();
        await visit.SeeAddressAsync(to);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_link_to_a_tab_shows_that_tab_on_a_phone_and_the_time_that_the_head_shows()
    {
        var id = await Server.Client.StartFileAsync(new Drawing("Short").Node("wait", "delay", new { seconds = 0.2 }).ToFile());
        await Server.Client.RestAsync(id);
        await using var visit = await Browser.OpenAsync(
            new Uri(Server.Client.Http.BaseAddress!, $"/executions/{id}?tab=metrics"), width: 360, height: 740);

        await Expect(visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Metrics" })).ToBeInViewportAsync(new() { Ratio = 1 });
        var elapsed = visit.Page.Locator("dt", new() { HasText = "Elapsed" }).Locator("xpath=following-sibling::dd");
        var duration = visit.Page.Locator("dt", new() { HasText = "Duration" }).Locator("xpath=following-sibling::dd");
        await Expect(duration).ToHaveTextAsync(await elapsed.InnerTextAsync());
        await Expect(duration).Not.ToHaveTextAsync("0 ms");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task Many_executions_are_cancelled_at_once()
    {
        var template = await Server.Client.SaveAsync(TestWorkflows.Waiting());
        var ids = new List<string>();
        for (var count = 0; count < 3; count++)
            ids.Add(await Server.Client.StartAsync(template));
        await using var visit = await OpenAsync("/executions");

        await visit.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Select all" }).CheckAsync();
        await visit.Button("Cancel 3").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel 3" }).ClickAsync();

        await Expect(visit.Page.Locator("tbody [data-status=cancelled]").GetByText("Cancelled")).ToHaveCountAsync(3);
        foreach (var id in ids)
            Assert.Equal("cancelled", (await Server.Client.GetAsync($"/api/executions/{id}")).State);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task The_page_goes_on_by_itself_when_theServer_is_back() => await WithoutServerAsync(
        async visit =>
        {
            await Expect(visit.Page.GetByText("What you see is as of")).ToBeVisibleAsync();
            await Expect(visit.Button("Try now")).ToBeVisibleAsync();
            // Nobody knows how long it takes meanwhile, and what was known is still there.
            var elapsed = visit.Page.Locator("dt", new() { HasText = "Elapsed" }).Locator("xpath=following-sibling::dd");
            var before = await elapsed.InnerTextAsync();
            await visit.Page.WaitForTimeoutAsync(2_500);
            await Expect(elapsed).ToHaveTextAsync(before);
            await Expect(visit.Node("look")).ToContainTextAsync("Waiting");
        },
        async visit =>
        {
            await Expect(visit.Page.GetByText("The server cannot be reached")).ToBeHiddenAsync();
            await visit.Button("Decide").ClickAsync();
            await visit.Button("Approve").ClickAsync();
            await visit.SeeStatusAsync("completed");
        });

    [Fact]
    public async Task What_is_asked_for_while_theServer_is_away_is_shown_when_it_is_back() => await WithoutServerAsync(
        async visit =>
        {
            // Neither the dialog nor the tab has been loaded before.
            await visit.Button("Pause").ClickAsync();
            await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Metrics" }).ClickAsync();
            await Expect(visit.Page.GetByText("The server cannot be reached")).ToBeVisibleAsync();
            await Expect(visit.Node("look")).ToBeVisibleAsync();
        },
        async visit =>
        {
            await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
            await visit.SeeStatusAsync("paused");
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Operations" }).ClickAsync();
            await Expect(visit.Page.GetByText("Load balancers ask")).ToBeVisibleAsync();
        });

    /// <summary>Shows an execution that waits for a decision, kills the server, and starts it again.</summary>
    private async Task WithoutServerAsync(Func<Visit, Task> away, Func<Visit, Task> back)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await Postgres.CreateDatabaseAsync();
        Visit? visit = null;
        try
        {
            Uri address;
            await using (var server = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken))
            {
                address = server.Client.Http.BaseAddress!;
                var id = await server.Client.StartFileAsync(Approval().ToFile());
                visit = await Browser.OpenAsync(new Uri(address, $"/executions/{id}"));
                await visit.SeeNodeAsync("look", "waiting");
                await server.KillAsync();
            }

            await away(visit);
            await using (await ServerProcess.StartAsync(database.ConnectionString, address, cancellationToken))
                await back(visit);
        }
        finally
        {
            if (visit is not null)
                await visit.DisposeAsync();
        }
    }

    /// <summary>180 nodes in 15 columns, far more than fits a window.</summary>
    private static System.Text.Json.Nodes.JsonObject Large()
    {
        var drawing = new Drawing("Large").Node("n0", "merge");
        for (var count = 1; count < 180; count++)
            drawing.Node($"n{count}", "merge", null, $"n{Math.Max(0, count - 12)}");
        var file = drawing.ToFile();
        for (var count = 0; count < 180; count++)
            file["nodes"]![count]!["position"] =
                new System.Text.Json.Nodes.JsonObject { ["x"] = count / 12 * 300, ["y"] = count % 12 * 130 };
        return file;
    }

    private static Drawing Approval() => new Drawing("Approval")
        .Node("start", "input")
        .Node("look", "approval", new { message = "Is it good?" }, "start")
        .Node("yes", "transform", new { template = "{{ nodes.look.comment }}" })
        .Node("no", "transform", new { template = "{{ params.tone | default: \"none\" }}" })
        .Edge("look/approved", "yes")
        .Edge("look/rejected", "no");

    private Task<Visit> OpenExecutionAsync(string id, string query = "") => OpenAsync($"/executions/{id}{query}");
}
