using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Drawing workflows in the page, with a mouse, a keyboard and a real server.</summary>
public sealed class EditorPageTests(PostgresFixture postgres, BrowserFixture browser) : PageTests(postgres, browser)
{
    [Fact]
    public async Task A_workflow_of_three_nodes_is_drawn_saved_run_and_seen_to_complete()
    {
        await using var visit = await OpenAsync("/templates/new");
        var page = visit.Page;

        await visit.DropAsync("generate_copy", 480, 300);
        await visit.DropAsync("output", 640, 460);
        await visit.ConnectAsync("start", "generate-copy");
        await visit.ConnectAsync("generate-copy", "output");
        await visit.Node("generate-copy").ClickAsync();
        var prompt = page.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" });
        await prompt.FillAsync("Write about tea.");
        await Expect(page.GetByText("No problems")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+s");
        await visit.SeeAddressAsync("/templates/tpl-");
        await visit.Button("Run").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();

        await visit.SeeAddressAsync("/executions/exec-");
        await visit.SeeStatusAsync("completed");
        foreach (var id in (string[])["start", "generate-copy", "output"])
            await visit.SeeNodeAsync(id, "completed");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_field_completes_what_its_node_may_read()
    {
        var id = await Server.Client.SaveAsync(Two());
        await using var visit = await OpenAsync($"/templates/{id}");
        var page = visit.Page;

        await visit.Node("second").ClickAsync();
        await page.GetByRole(AriaRole.Radiogroup, new() { Name = "How Fields is written" }).GetByText("Template").ClickAsync();
        var field = page.GetByRole(AriaRole.Combobox, new() { Name = "Fields" });
        await field.PressSequentiallyAsync("{{ gree");
        // It is chosen a frame after it is shown.
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "nodes.first.greeting" }))
            .ToHaveAttributeAsync("data-combobox-selected", "true");
        await page.Keyboard.PressAsync("Enter");
        await Expect(field).ToHaveValueAsync("{{ nodes.first.greeting }}");

        // What comes later cannot be read.
        await visit.Node("first").ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Value of greeting" }).FillAsync("{{ nodes.");
        await Expect(page.Locator("[role=option]")).ToHaveCountAsync(0);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task Problems_are_shown_on_the_nodes_and_undo_takes_them_back()
    {
        await using var visit = await OpenAsync("/templates/new");
        var page = visit.Page;

        await page.Locator("[data-node-type=http_request]").ClickAsync();
        // Nobody has had a chance to fill it in.
        await Expect(page.GetByText("No problems")).ToBeVisibleAsync();
        await Expect(visit.Node("http-request").GetByRole(AriaRole.Img, new() { Name = "problem" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "URL" }).FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(visit.Node("http-request").GetByRole(AriaRole.Img, new() { Name = "problem" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "problem" })).ToBeVisibleAsync();
        await visit.Button("Undo (Ctrl Z)").ClickAsync();
        await Expect(visit.Node("http-request")).ToHaveCountAsync(0);
        await Expect(page.GetByText("No problems")).ToBeVisibleAsync();
        await visit.Button("Redo (Ctrl Shift Z)").ClickAsync();
        await Expect(visit.Node("http-request")).ToHaveCountAsync(1);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_node_is_inserted_on_an_edge_and_found_by_name()
    {
        var id = await Server.Client.SaveAsync(Two());
        await using var visit = await OpenAsync($"/templates/{id}");
        var page = visit.Page;
        var (first, second) = (await Visit.CenterAsync(visit.Node("first")), await Visit.CenterAsync(visit.Node("second")));

        await page.Mouse.ClickAsync((first.X + second.X) / 2, (first.Y + second.Y) / 2);
        await page.GetByRole(AriaRole.Dialog, new() { Name = "What comes next?" }).GetByRole(AriaRole.Textbox).FillAsync("Merge");
        // A click anywhere else closes the question.
        await page.Mouse.ClickAsync(first.X, first.Y + 220);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Mouse.ClickAsync((first.X + second.X) / 2, (first.Y + second.Y) / 2);
        await page.GetByRole(AriaRole.Dialog, new() { Name = "What comes next?" }).GetByRole(AriaRole.Textbox).FillAsync("Merge");
        await page.Keyboard.PressAsync("Enter");
        await Expect(visit.Node("merge")).ToBeVisibleAsync();
        await SaveAsync(visit);
        var edges = (await Server.Client.GetAsync($"/api/templates/{id}"))["edges_json"].EnumerateArray()
            .Select(edge => $"{edge.GetProperty("source").GetString()} {edge.GetProperty("target").GetString()}").Order();
        Assert.Equal(["first merge", "merge second"], edges);

        await visit.Button("Close the settings").ClickAsync();
        await page.Keyboard.PressAsync("/");
        await page.GetByPlaceholder("Find a node", new() { Exact = true }).FillAsync("second");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Complementary, new() { Name = "Settings of second" })).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_node_that_is_dropped_on_a_loop_is_in_its_body_until_it_is_dragged_out()
    {
        var file = new Drawing("Loop").Node("start", "input").Node("each", "for_each", new { items = "{{ params.names }}" }, "start")
            .Inside("each", "hello", "transform", new { fields = new { text = "{{ item }}" } }).ToFile();
        Place(file, ("start", 0, 0), ("each", 300, 0), ("hello", 40, 80));
        var id = await Server.Client.SaveAsync(file);
        await using var visit = await OpenAsync($"/templates/{id}");

        await visit.DropOnAsync("merge", "each", 0.7f, 0.6f);
        await SaveAsync(visit);
        Assert.Equal("each", await ParentAsync(id, "merge"));

        var loop = await Visit.StillAsync(visit.Node("each"));
        var merge = await Visit.CenterAsync(visit.Node("merge"));
        await visit.DragAsync(merge, (merge.X, loop.Y + loop.Height + 90));
        await SaveAsync(visit);
        Assert.Null(await ParentAsync(id, "merge"));
        Assert.Equal("each", await ParentAsync(id, "hello"));
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task What_somebody_else_has_saved_meanwhile_is_not_overwritten()
    {
        var file = Two();
        var id = await Server.Client.SaveAsync(file);
        await using var visit = await OpenAsync($"/templates/{id}");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Description" }).FillAsync("Mine");
        file["description"] = "Theirs";
        Assert.Equal(HttpStatusCode.OK, (await Server.Client.PutAsync($"/api/templates/{id}", file)).Status);

        await visit.Button("Save").ClickAsync();
        // Both are shown.
        await Expect(visit.Dialog.Locator("del", new() { HasText = "Theirs" })).ToBeVisibleAsync();
        await Expect(visit.Dialog.Locator("ins", new() { HasText = "Mine" })).ToBeVisibleAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save mine as a copy" }).ClickAsync();
        await visit.SeeAddressAsync($"/templates/tpl-(?!{id["tpl-".Length..]}$)");

        Assert.Equal("Theirs", (await Server.Client.GetAsync($"/api/templates/{id}"))["description"].GetString());
        var copy = (await Server.Client.GetAsync($"/api/templates/{page.Url.Split('/')[^1]}")).Json;
        Assert.Equal("Mine", copy.GetProperty("description").GetString());
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task What_is_not_saved_outlives_the_tab_until_it_is_saved_or_discarded()
    {
        var id = await Server.Client.SaveAsync(Two());
        await using var visit = await OpenAsync($"/templates/{id}");
        var page = visit.Page;
        await visit.Node("second").ClickAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(visit.Node("second")).ToHaveCountAsync(0);

        await page.ReloadAsync();
        await Expect(page.GetByText("Your unsaved changes of")).ToBeVisibleAsync();
        await Expect(visit.Node("first")).ToBeVisibleAsync();
        await Expect(visit.Node("second")).ToHaveCountAsync(0);

        await visit.Button("Discard them").ClickAsync();
        await Expect(visit.Node("second")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(visit.Node("second")).ToBeVisibleAsync();
        await Expect(page.GetByText("Your unsaved changes of")).ToHaveCountAsync(0);
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_workflow_that_was_deleted_meanwhile_is_saved_as_a_new_one()
    {
        var id = await Server.Client.SaveAsync(Two());
        await using var visit = await OpenAsync($"/templates/{id}");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Description" }).FillAsync("Mine");
        Assert.Equal(HttpStatusCode.NoContent, (await Server.Client.DeleteAsync($"/api/templates/{id}")).Status);

        await visit.Button("Save").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save as a new workflow" }).ClickAsync();
        await visit.SeeAddressAsync($"/templates/tpl-(?!{id["tpl-".Length..]}$)");

        Assert.Equal("Mine", (await Server.Client.GetAsync($"/api/templates/{visit.Page.Url.Split('/')[^1]}"))["description"].GetString());
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_drawing_with_problems_is_saved_and_runs_once_they_are_fixed()
    {
        await using var visit = await OpenAsync("/templates/new");
        var page = visit.Page;
        await page.Locator("[data-node-type=generate_copy]").ClickAsync();
        await page.Keyboard.PressAsync("Control+s");
        await visit.SeeAddressAsync("/templates/tpl-");

        await page.ReloadAsync();
        await Expect(visit.Node("generate-copy").GetByRole(AriaRole.Img, new() { Name = "problem" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Your unsaved changes of")).ToHaveCountAsync(0);
        await visit.Button("Run").ClickAsync();
        await Expect(page.GetByText("It cannot run yet. Fix its problems first.")).ToBeVisibleAsync();
        await Expect(visit.Dialog).ToHaveCountAsync(0);

        await visit.Node("generate-copy").ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" }).FillAsync("Write about tea.");
        await SaveAsync(visit);
        await Expect(page.GetByText("No problems")).ToBeVisibleAsync();
        await visit.Button("Run").ClickAsync();
        await Expect(visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true })).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_note_is_written_and_neither_runs_nor_is_a_problem()
    {
        var id = await Server.Client.SaveAsync(Two());
        await using var visit = await OpenAsync($"/templates/{id}");
        var page = visit.Page;
        await page.Locator("[data-node-type=annotation]").ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Note" }).FillAsync("Ask legal first.");
        await Expect(visit.Node("annotation")).ToHaveTextAsync("Ask legal first.");
        await Expect(page.GetByText("No problems")).ToBeVisibleAsync();
        await SaveAsync(visit);

        Assert.Equal("completed", (await Server.Client.RestAsync(await Server.Client.StartAsync(id))).State);
        await page.ReloadAsync();
        await Expect(visit.Node("annotation")).ToHaveTextAsync("Ask legal first.");
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_field_shows_what_a_value_came_to_last_and_the_models_there_are()
    {
        var id = await Server.Client.SaveAsync(new Drawing("Last")
            .Node("first", "transform", new { fields = new { greeting = "Good morning" } })
            .Node("write", "generate_copy", new { prompt = "{{ nodes.first.greeting }}" }, "first").ToFile());
        await Server.Client.RestAsync(await Server.Client.StartAsync(id));
        await using var visit = await OpenAsync($"/templates/{id}");
        var page = visit.Page;
        await visit.Node("write").ClickAsync();

        await page.Locator("mark", new() { HasText = "nodes.first.greeting" }).HoverAsync(new() { Force = true });
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "nodes.first.greeting" })).ToContainTextAsync("Good morning");
        await visit.Button("Edit Prompt in a larger field").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" }).FillAsync("Say hello.");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" })).ToHaveValueAsync("Say hello.");

        await page.GetByRole(AriaRole.Combobox, new() { Name = "Model" }).ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = "offline" }).ClickAsync();
        await SaveAsync(visit);
        var node = (await Server.Client.GetAsync($"/api/templates/{id}"))["nodes_json"].EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == "write");
        Assert.Equal("offline", node.GetProperty("data").GetProperty("model").GetString());
        visit.AssertNoErrors();
    }

    [Fact]
    public async Task A_workflow_is_made_run_and_answered_without_a_mouse()
    {
        await using var visit = await OpenAsync("/");
        var page = visit.Page;
        await ReachAsync(visit, page.GetByRole(AriaRole.Link, new() { Name = "New workflow" }).First);
        await page.Keyboard.PressAsync("Enter");
        await visit.SeeAddressAsync("/templates/new");

        // The node types are one stop of the tab key.
        await ReachAsync(visit, page.Locator("[data-node-type=input]"));
        for (var left = 40; left > 0 && await page.Locator("[data-node-type=approval]:focus").CountAsync() == 0; left--)
            await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(visit.Node("approval")).ToBeVisibleAsync();
        await ReachAsync(visit, page.GetByRole(AriaRole.Combobox, new() { Name = "Message" }));
        await page.Keyboard.TypeAsync("Is it good?");
        await Expect(page.GetByText("No problems")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+s");
        await visit.SeeAddressAsync("/templates/tpl-");
        await ReachAsync(visit, visit.Button("Run"));
        await page.Keyboard.PressAsync("Enter");
        await ReachAsync(visit, visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }));
        await page.Keyboard.PressAsync("Enter");

        await visit.SeeAddressAsync("/executions/exec-");
        await visit.SeeNodeAsync("approval", "waiting");
        var execution = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        await ReachAsync(visit, page.GetByRole(AriaRole.Link, new() { Name = "Inbox" }).First);
        await page.Keyboard.PressAsync("Enter");
        await ReachAsync(visit, visit.Button("Approve"));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("completed", (await Server.Client.RestAsync(execution)).State);
        visit.AssertNoErrors();
    }

    /// <summary>Presses the tab key until something has the focus.</summary>
    private static async Task ReachAsync(Visit visit, ILocator wanted)
    {
        await Expect(wanted).ToBeVisibleAsync();
        for (var left = 150; left > 0; left--)
        {
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
            await visit.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{wanted} is not reached by the tab key.");
    }

    private static JsonObject Two()
    {
        var file = new Drawing("Two").Node("first", "transform", new { fields = new { greeting = "Hello" } })
            .Node("second", "transform", new { template = "x" }, "first").ToFile();
        Place(file, ("first", 0, 0), ("second", 320, 0));
        return file;
    }

    private static void Place(JsonObject file, params (string Id, int X, int Y)[] places)
    {
        foreach (var (id, x, y) in places)
            file["nodes"]!.AsArray().Single(node => (string?)node!["id"] == id)!["position"] = new JsonObject { ["x"] = x, ["y"] = y };
    }

    private static async Task SaveAsync(Visit visit)
    {
        await visit.Button("Save").ClickAsync();
        // The button is disabled while it saves, too.
        await Expect(visit.Page.GetByText("Changed", new() { Exact = true })).ToBeHiddenAsync();
    }

    private async Task<string?> ParentAsync(string templateId, string nodeId)
    {
        var nodes = (await Server.Client.GetAsync($"/api/templates/{templateId}"))["nodes_json"].EnumerateArray();
        var node = nodes.Single(one => one.GetProperty("id").GetString() == nodeId);
        return node.TryGetProperty("parentId", out var parent) ? parent.GetString() : null;
    }
}
