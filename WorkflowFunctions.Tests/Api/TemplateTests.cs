using System.Net;
using System.Text.Json;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class TemplateTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_template_that_has_run_is_archived_and_taken_back_and_the_list_tells_of_its_last_run()
    {
        var id = await api.Client.SaveAsync(TestWorkflows.Greeting("Put away"));
        await api.Client.RestAsync(await api.Client.StartAsync(id));
        Assert.Equal(HttpStatusCode.Conflict, (await api.Client.DeleteAsync($"/api/templates/{id}")).Status);

        Assert.Equal(HttpStatusCode.OK, (await api.Client.PostAsync($"/api/templates/{id}/archive")).Status);
        Assert.DoesNotContain(id, await IdsAsync("?archived=false"));
        Assert.Contains(id, await IdsAsync("?archived=true"));
        Assert.Contains(id, await IdsAsync(""));
        Assert.Equal(HttpStatusCode.OK, (await api.Client.PostAsync($"/api/templates/{id}/restore")).Status);

        var row = (await api.Client.GetAsync("/api/templates?archived=false&limit=200"))["items"].EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == id);
        Assert.Equal("completed", row.GetProperty("last_status").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.PostAsync("/api/templates/none/archive")).Status);

        async Task<IReadOnlyList<string>> IdsAsync(string query) =>
            [
                .. (await api.Client.GetAsync($"/api/templates?limit=200{query.Replace('?', '&')}"))["items"]
                    .EnumerateArray()
                    .Select(one => one.GetProperty("id").GetString()!),
            ];
    }

    [Fact]
    public async Task A_file_is_saved_and_answered_under_the_column_names()
    {
        var saved = await api.Client.PostJsonAsync("/api/templates", """
            {
              "name": "Çay", "description": "For \"tea\"", "category": "marketing", "viewport": { "x": 0, "y": 0, "zoom": 1 },
              "nodes": [{ "id": "a", "type": "input", "position": { "x": 1.5, "y": -2 }, "selected": true, "measured": { "width": 10 }, "data": { "label": "☕ \\ud83d" } }],
              "default_params": { "topic": "tea" }
            }
            """);

        Assert.Equal(HttpStatusCode.Created, saved.Status);
        Assert.Equal($"/api/templates/{saved.Id}", saved.Headers.Location!.ToString());
        Assert.Equal("Çay", saved["name"].GetString());
        Assert.Equal("default", saved["workspace_id"].GetString());
        Assert.Equal("default", saved["created_by"].GetString());
        Assert.False(saved["is_system"].GetBoolean());
        Assert.Equal("""{"topic": "tea"}""", await RowAsync<string>(saved.Id, "default_params_json::text"));
        Assert.Equal("[]", saved["edges_json"].GetRawText());
        var node = saved["nodes_json"][0];
        Assert.True(node.GetProperty("selected").GetBoolean());
        Assert.Equal(10, node.GetProperty("measured").GetProperty("width").GetInt32());
        Assert.Equal("☕ \\ud83d", node.GetProperty("data").GetProperty("label").GetString());

        var read = await api.Client.GetAsync(saved.Headers.Location.ToString());
        Assert.Equal(saved.Json.GetRawText(), read.Json.GetRawText());
        Assert.Equal(saved.Headers.ETag, read.Headers.ETag);
    }

    [Fact]
    public async Task Default_params_keep_the_order_in_which_they_were_saved()
    {
        var saved = await api.Client.PostJsonAsync("/api/templates", File("tone", "a", "words"));
        var path = $"/api/templates/{saved.Id}";
        Assert.Equal(["tone", "a", "words"], Names(saved));
        Assert.Equal(["tone", "a", "words"], Names(await api.Client.GetAsync(path)));

        await api.Client.CallAsync(HttpMethod.Put, path, new StringContent(File("words", "tone", "b"), null, "application/json"), []);
        Assert.Equal(["words", "tone", "b"], Names(await api.Client.GetAsync(path)));

        // What another program adds comes last.
        await api.Database.ExecuteAsync(
            "UPDATE workflow_templates SET default_params_json = default_params_json || '{\"z\": 1}' WHERE id = $1", saved.Id);
        Assert.Equal(["words", "tone", "b", "z"], Names(await api.Client.GetAsync(path)));

        static string File(params string[] names) =>
            $$"""
            { "name": "Ordered", "nodes": [{ "id": "a", "type": "input" }], "default_params": { {{string.Join(", ", names.Select(name => $"\"{name}\": 1"))}} } }
            """;
        static IEnumerable<string> Names(ApiAnswer template) =>
            template["default_params_json"].EnumerateObject().Select(member => member.Name);
    }

    [Fact]
    public async Task A_template_that_was_read_can_be_saved_again_as_it_was_given()
    {
        var read = await api.Client.GetAsync($"/api/templates/{await api.Client.SaveAsync(TestWorkflows.Greeting())}");

        var copy = await api.Client.PostJsonAsync("/api/templates", read.Json.GetRawText());

        Assert.Equal(HttpStatusCode.Created, copy.Status);
        Assert.NotEqual(read.Id, copy.Id);
        foreach (var column in (string[])["name", "nodes_json", "edges_json", "default_params_json", "workspace_id"])
            Assert.Equal(read[column].GetRawText(), copy[column].GetRawText());
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once_where_it_was_sent()
    {
        var template = new
        {
            nodes_json = new object[]
            {
                new { id = "a", type = "nonsense" },
                new { id = "a", type = "transform", data = new { fields = new { x = "{{ nodes.b.text }}" }, timeout_seconds = -1 } },
                new { id = "b", type = "merge" },
            },
            edges_json = new object[] { new { id = "e", source = "a", target = "gone" } },
            default_params_json = "none",
        };

        var refused = await api.Client.PostAsync("/api/templates", template);
        var checkedOnly = await api.Client.PostAsync("/api/templates/validate", template);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("application/problem+json", refused.MediaType);
        string[] expected =
        [
            "/default_params_json", "/edges_json/0/target", "/name", "/nodes_json/0/type", "/nodes_json/1/data/fields/x",
            "/nodes_json/1/data/timeout_seconds", "/nodes_json/1/id",
        ];
        Assert.Equal(expected, refused.Pointers.Order(StringComparer.Ordinal));
        Assert.All(refused["errors"].EnumerateArray(), error => Assert.NotEqual("", error.GetProperty("expected").GetString()));
        Assert.Contains(refused["errors"].EnumerateArray(), error => error.TryGetProperty("edge_id", out var id) && id.GetString() == "e");
        Assert.Contains(refused["errors"].EnumerateArray(), error => error.TryGetProperty("node_id", out var id) && id.GetString() == "a");
        Assert.Equal(HttpStatusCode.OK, checkedOnly.Status);
        Assert.False(checkedOnly["valid"].GetBoolean());
        Assert.Equal(refused["errors"].GetRawText(), checkedOnly["errors"].GetRawText());
    }

    [Fact]
    public async Task An_id_that_is_a_number_is_told_to_be_one()
    {
        var answer = await api.Client.PostJsonAsync(
            "/api/templates/validate", """{ "name": "n", "nodes": [{ "id": 1, "type": "input" }] }""");

        var error = Assert.Single(answer["errors"].EnumerateArray());
        Assert.Equal("The node's id is no text: 1.", error.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_good_workflow_is_valid_and_checking_saves_nothing()
    {
        var name = $"Checked {Guid.NewGuid()}";
        var answer = await api.Client.PostAsync("/api/templates/validate", TestWorkflows.Greeting(name));

        Assert.True(answer["valid"].GetBoolean());
        Assert.Empty(answer["errors"].EnumerateArray());
        Assert.Empty(await api.Database.QueryAsync<string>("SELECT id FROM workflow_templates WHERE name = $1", name));
    }

    [Fact]
    public async Task A_drawing_that_cannot_run_yet_is_kept_with_its_problems_and_neither_started_nor_scheduled_nor_published()
    {
        var saved = await api.Client.PostAsync("/api/templates", TestWorkflows.Cycle());

        Assert.Equal(HttpStatusCode.Created, saved.Status);
        Assert.Equal("/edges", Assert.Single(saved["problems"].EnumerateArray()).GetProperty("pointer").GetString());
        Assert.Equal(2, (await api.Client.GetAsync($"/api/templates/{saved.Id}"))["nodes_json"].GetArrayLength());
        Assert.Single((await api.Client.GetAsync($"/api/templates/{saved.Id}/versions"))["items"].EnumerateArray());
        await AssertRefusedAsync("/api/executions", new { template_id = saved.Id }, "/edges");
        await AssertRefusedAsync($"/api/templates/{saved.Id}/publish", new { }, "/edges");
        await AssertRefusedAsync("/api/schedules", new { template_id = saved.Id, cron = "0 0 1 1 *" }, "/template_id");
        await AssertRefusedAsync("/api/hooks", new { template_id = saved.Id }, "/template_id");
        Assert.Equal(
            HttpStatusCode.Created, (await api.Client.PostAsync("/api/hooks", new { template_id = saved.Id, is_enabled = false })).Status);

        var emptied = await api.Client.PutAsync($"/api/templates/{saved.Id}", new { name = "Empty", nodes = Array.Empty<object>() });
        Assert.Equal(
            (HttpStatusCode.OK, "/nodes"),
            (emptied.Status, Assert.Single(emptied["problems"].EnumerateArray()).GetProperty("pointer").GetString()));
        var mended = await api.Client.PutAsync($"/api/templates/{saved.Id}", TestWorkflows.Greeting());
        Assert.False(mended.Json.TryGetProperty("problems", out _));
        Assert.Equal("completed", (await api.Client.RestAsync(await api.Client.StartAsync(saved.Id))).State);

        async Task AssertRefusedAsync(string path, object body, string pointer)
        {
            var refused = await api.Client.PostAsync(path, body);
            Assert.Equal((path, HttpStatusCode.BadRequest, pointer), (path, refused.Status, Assert.Single(refused.Pointers)));
        }
    }

    [Theory]
    [InlineData("""{ "name": "T" }""", "/nodes")]
    [InlineData("""{ "name": "T", "nodes": {} }""", "/nodes")]
    [InlineData("""{ "name": "T", "nodes": ["a"] }""", "/nodes/0")]
    [InlineData("""{ "name": "T", "nodes": [{ "type": "merge" }] }""", "/nodes/0/id")]
    [InlineData("""{ "name": "T", "nodes": [{ "id": "a", "type": "merge", "parentId": "gone" }] }""", "/nodes/0/parentId")]
    [InlineData("""{ "name": "T", "nodes": [{ "id": "a", "type": "merge" }], "edges": "none" }""", "/edges")]
    public async Task What_is_no_drawing_is_not_kept(string file, string pointer)
    {
        var refused = await api.Client.PostJsonAsync("/api/templates", file);

        Assert.Equal((HttpStatusCode.BadRequest, pointer), (refused.Status, Assert.Single(refused.Pointers)));
    }

    [Fact]
    public async Task Replacing_takes_the_state_that_was_read_and_no_older_one()
    {
        var id = await api.Client.SaveAsync(TestWorkflows.Greeting("First"));
        var first = (await api.Client.GetAsync($"/api/templates/{id}")).Headers.ETag!.ToString();

        var second = await api.Client.PutAsync($"/api/templates/{id}", TestWorkflows.Greeting("Second"), ("If-Match", first));
        var stale = await api.Client.PutAsync($"/api/templates/{id}", TestWorkflows.Greeting("Third"), ("If-Match", first));

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal("Second", second["name"].GetString());
        Assert.Equal("default", second["workspace_id"].GetString());
        Assert.NotEqual(first, second.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal("Second", (await api.Client.GetAsync($"/api/templates/{id}"))["name"].GetString());
        Assert.Equal(
            HttpStatusCode.OK,
            (await api.Client.PutAsync($"/api/templates/{id}", TestWorkflows.Greeting("Any"), ("If-Match", "*"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.Client.PutAsync($"/api/templates/{id}", TestWorkflows.Greeting("Last"))).Status);
    }

    [Fact]
    public async Task Of_two_who_replace_the_same_state_at_once_one_wins()
    {
        var id = await api.Client.SaveAsync(TestWorkflows.Greeting());
        var tag = (await api.Client.GetAsync($"/api/templates/{id}")).Headers.ETag!.ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            api.Client.PutAsync($"/api/templates/{id}", TestWorkflows.Greeting($"Writer {i}"), ("If-Match", tag))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task A_state_that_is_known_is_not_sent_again()
    {
        var id = await api.Client.SaveAsync(TestWorkflows.Greeting());
        var tag = (await api.Client.GetAsync($"/api/templates/{id}")).Headers.ETag!.ToString();

        var known = await api.Client.GetAsync($"/api/templates/{id}", ("If-None-Match", tag));

        Assert.Equal(HttpStatusCode.NotModified, known.Status);
        Assert.Equal(JsonValueKind.Undefined, known.Json.ValueKind);
        Assert.Equal(HttpStatusCode.OK, (await api.Client.GetAsync($"/api/templates/{id}", ("If-None-Match", "\"0\""))).Status);
    }

    [Theory]
    [InlineData("W/\"1\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"1\", \"2\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("1", HttpStatusCode.BadRequest)]
    public async Task Other_tags_are_refused(string tag, HttpStatusCode expected)
    {
        var id = await api.Client.SaveAsync(TestWorkflows.Greeting());

        Assert.Equal(expected, (await api.Client.PutAsync($"/api/templates/{id}", TestWorkflows.Greeting(), ("If-Match", tag))).Status);
    }

    [Fact]
    public async Task Pages_lead_from_the_newest_to_the_oldest()
    {
        var workspace = $"ws-{Guid.NewGuid():N}";
        await api.Database.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ($1, 'Pages')", workspace);
        var saved = new List<string>();
        for (var i = 0; i < 5; i++)
            saved.Add(
                await api.Client.SaveAsync(
                    new { name = $"T{i}", category = i % 2 == 0 ? "even" : "odd", workspace_id = workspace, nodes = Node }));

        var listed = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await api.Client.GetAsync(
                $"/api/templates?workspace_id={workspace}&limit=2{(cursor == "" ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            listed.AddRange(page["items"].EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            Assert.InRange(page["items"].GetArrayLength(), 1, 2);
            cursor = page["next_cursor"].GetString();
        }

        Assert.Equal(saved.AsEnumerable().Reverse(), listed);
        var odd = await api.Client.GetAsync($"/api/templates?workspace_id={workspace}&category=odd");
        Assert.Equal(["T3", "T1"], odd["items"].EnumerateArray().Select(item => item.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_template_without_executions_can_be_deleted()
    {
        var id = await api.Client.SaveAsync(TestWorkflows.Greeting());

        Assert.Equal(HttpStatusCode.NoContent, (await api.Client.DeleteAsync($"/api/templates/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.DeleteAsync($"/api/templates/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.GetAsync($"/api/templates/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.PutAsync($"/api/templates/{id}", TestWorkflows.Greeting())).Status);
    }

    [Fact]
    public async Task A_template_that_has_executions_is_kept()
    {
        var id = await api.Client.SaveAsync(TestWorkflows.Greeting());
        await api.Client.RestAsync(await api.Client.StartAsync(id));

        var refused = await api.Client.DeleteAsync($"/api/templates/{id}");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("has executions", refused["detail"].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workspace_id")]
    [InlineData("created_by")]
    public async Task An_id_that_names_nothing_is_told(string field)
    {
        var answer = await api.Client.PostAsync(
            "/api/templates", new Dictionary<string, object> { ["name"] = "T", ["nodes"] = Node, [field] = "nobody'; --" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal([$"/{field}"], answer.Pointers);
    }

    private static object[] Node => [new { id = "a", type = "merge" }];

    private async Task<T> RowAsync<T>(string id, string column) =>
        Assert.Single(await api.Database.QueryAsync<T>($"SELECT {column} FROM workflow_templates WHERE id = $1", id));
}
