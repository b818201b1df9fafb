using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary><c>GET /api/executions?search=</c></summary>
public class ExecutionSearchTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task An_execution_is_found_by_the_beginning_of_its_id()
    {
        var id = await StartAsync("Found by id");

        Assert.Equal([id], await SearchAsync(id));
        Assert.Contains(id, await SearchAsync(id[..^2]));
        Assert.DoesNotContain(id, await SearchAsync(id[1..]));
    }

    [Fact]
    public async Task Executions_are_found_by_a_part_of_their_template_s_name_in_small_letters_or_capitals()
    {
        var first = await StartAsync("Spring letters to friends");
        var second = await StartAsync("Letters of Spring");
        await StartAsync("Autumn");

        Assert.Equal([second, first], await SearchAsync("spring"));
        Assert.Equal([first], await SearchAsync("LETTERS TO"));
    }

    [Fact]
    public async Task What_counts_as_a_sign_elsewhere_counts_as_itself()
    {
        var id = await StartAsync("100% of a_b\\c");
        await StartAsync("100 of a b c");

        foreach (var text in (string[])["100%", "a_b", "b\\c"])
            Assert.Equal([id], await SearchAsync(text));
    }

    [Fact]
    public async Task Failed_executions_are_found_by_their_error()
    {
        var id = await StartAsync("Fails", "Quota of the zebra is used up");

        Assert.Equal([id], await SearchAsync("OF THE ZEBRA"));
        Assert.Equal([id], await SearchAsync("zebra", "&status=failed"));
        Assert.Empty(await SearchAsync("zebra", "&status=completed"));
    }

    [Fact]
    public async Task Executions_are_found_by_their_workspace_and_what_else_is_asked_for_holds()
    {
        await api.Database.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ('kiosk-north', 'N'), ('kiosk-south', 'S')");
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting("In a kiosk"));
        var ids = new List<string>();
        foreach (var workspace in (string[])["kiosk-north", "kiosk-south"])
            ids.Add((await api.Client.PostAsync("/api/executions", new { template_id = templateId, workspace_id = workspace })).Id);
        foreach (var id in ids)
            await api.Client.RestAsync(id);

        Assert.Equal([ids[1], ids[0]], await SearchAsync("kiosk-"));
        Assert.Equal([ids[0]], await SearchAsync("kiosk-", "&workspace_id=kiosk-north"));
        Assert.Equal([ids[1]], await SearchAsync("in a kiosk", "&workspace_id=kiosk-south"));
        Assert.Empty(await SearchAsync("kiosk-", "&template_id=another"));
    }

    [Fact]
    public async Task A_search_is_paged_newest_first_and_names_each_execution_once()
    {
        // Its name and its error have the word.
        var ids = new List<string>();
        for (var count = 0; count < 5; count++)
            ids.Add(await StartAsync("Pelican", "No pelican is free."));

        var first = await api.Client.GetAsync("/api/executions?search=pelican&limit=3");
        var second = await api.Client.GetAsync($"/api/executions?search=pelican&limit=3&cursor={first["next_cursor"].GetString()}");

        Assert.Equal(ids.AsEnumerable().Reverse(), Ids(first).Concat(Ids(second)));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second["next_cursor"].ValueKind);
    }

    [Fact]
    public async Task A_blank_search_is_none()
    {
        var id = await StartAsync("Blank");

        Assert.Contains(id, await SearchAsync(" "));
    }

    private async Task<string> StartAsync(string name, string? error = null)
    {
        object end = error is null
            ? new { id = "end", type = "output" }
            : new { id = "end", type = "fail", data = new { message = error } };
        var id = await api.Client.StartAsync(
            await api.Client.SaveAsync(new { name, nodes = new[] { end }, edges = Array.Empty<object>() }));
        await api.Client.RestAsync(id);
        return id;
    }

    private async Task<IReadOnlyList<string>> SearchAsync(string text, string more = "") =>
        Ids(await api.Client.GetAsync($"/api/executions?search={Uri.EscapeDataString(text)}{more}"));

    private static List<string> Ids(ApiAnswer answer) =>
        [.. answer["items"].EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
}
