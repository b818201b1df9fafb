using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class ExecutionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task A_start_is_accepted_and_runs_to_its_end()
    {
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting());

        var accepted = await api.Client.PostAsync("/api/executions", new { template_id = templateId, @params = new { topic = "çay" } });
        var ended = await api.Client.GetAsync($"{accepted.Headers.Location}?wait=60");

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal($"/api/executions/{accepted.Id}", accepted.Headers.Location!.ToString());
        Assert.Equal("pending", accepted.State);
        foreach (var column in (string[])["workspace_id", "project_id", "user_id"])
            Assert.Equal("default", accepted[column].GetString());
        Assert.Equal("completed", ended.State);
        Assert.Equal(100, ended["progress_percent"].GetInt32());
        Assert.Equal(JsonValueKind.Null, ended["current_node_id"].ValueKind);
        Assert.Equal("""{"greet":{"text":"Hello çay"},"side":{"tone":"warm","topic":"çay"}}""", Sorted(ended["outputs"]));

        var jobs = ended["jobs"].EnumerateArray().ToDictionary(job => job.GetProperty("node_id").GetString()!);
        Assert.Equal(["greet", "side", "start"], jobs.Keys.Order());
        var greet = jobs["greet"];
        Assert.Equal($"{accepted.Id}:greet", greet.GetProperty("job_id").GetString());
        Assert.Equal("transform", greet.GetProperty("job_type").GetString());
        Assert.Equal("completed", greet.GetProperty("status").GetString());
        Assert.Equal(1, greet.GetProperty("attempt").GetInt32());
        Assert.Equal("Hello çay", greet.GetProperty("output").GetProperty("text").GetString());
        Assert.Equal("transform", greet.GetProperty("input").GetProperty("job_type").GetString());
        Assert.True(greet.GetProperty("duration").GetDouble() >= 0);
        Assert.True(greet.GetProperty("started_at").GetDateTimeOffset() <= greet.GetProperty("completed_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Its_record_can_be_read_and_adds_up()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Greeting()));
        var ended = await api.Client.RestAsync(id);

        var events = await api.Client.GetAsync($"/api/executions/{id}/events");
        var types = events["items"].EnumerateArray().Select(item => item.GetProperty("event_type").GetString()!).ToList();
        Assert.Equal("created", types[0]);
        Assert.Equal("started", types[1]);
        Assert.Equal("completed", types[^1]);
        Assert.Equal(3, types.Count(type => type == "node_completed"));
        Assert.Equal(JsonValueKind.Null, events["next_after"].ValueKind);

        var latest = Assert.Single(
            (await api.Client.GetAsync($"/api/executions/{id}/checkpoints")).Json.EnumerateArray(),
            row => row.GetProperty("is_latest").GetBoolean());
        var outputs = ended["jobs"]
            .EnumerateArray()
            .ToDictionary(job => job.GetProperty("node_id").GetString()!, job => job.GetProperty("output").GetRawText());
        Assert.Equal(
            outputs, latest.GetProperty("node_outputs").EnumerateObject().ToDictionary(node => node.Name, node => node.Value.GetRawText()));

        var metrics = Assert.Single((await api.Client.GetAsync($"/api/executions/{id}/metrics")).Json.EnumerateArray());
        Assert.Equal(ended["total_cost"].GetDecimal(), metrics.GetProperty("total_cost_usd").GetDecimal());
        Assert.Equal(3, metrics.GetProperty("node_stats").EnumerateObject().Count());
    }

    [Fact]
    public async Task Params_win_over_the_template_s_and_are_kept_with_the_config()
    {
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting());

        var accepted = await api.Client.PostAsync("/api/executions", new
        {
            template_id = templateId,
            @params = new { topic = "c" },
            config = new { max_parallel_nodes = 2, note = "kept", @params = new { topic = "b", more = new { n = 1 } } },
        });

        Assert.Equal(
            """{"max_parallel_nodes":2,"note":"kept","params":{"more":{"n":1},"tone":"warm","topic":"c"}}""",
            Sorted(accepted["config_json"]));
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_same_execution()
    {
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting());
        var key = ("Idempotency-Key", $"order 7/{Guid.NewGuid()}");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => api.Client.PostAsync("/api/executions", new { template_id = templateId }, key)));
        var later = await api.Client.PostAsync("/api/executions", new { template_id = templateId }, key);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Equal(later.Id, Assert.Single(answers.Select(answer => answer.Id).Distinct()));
        Assert.Equal(later.Headers.Location, answers[0].Headers.Location);
        var listed = await api.Client.GetAsync($"/api/executions?template_id={templateId}");
        Assert.Single(listed["items"].EnumerateArray());
    }

    [Fact]
    public async Task An_idempotency_key_counts_within_its_workspace()
    {
        await api.Database.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ('other', 'Other') ON CONFLICT DO NOTHING");
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting());
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());

        var here = await api.Client.PostAsync("/api/executions", new { template_id = templateId }, key);
        var there = await api.Client.PostAsync("/api/executions", new { template_id = templateId, workspace_id = "other" }, key);

        Assert.NotEqual(here.Id, there.Id);
        Assert.Equal("other", there["workspace_id"].GetString());
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged_newest_first()
    {
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting());
        var started = new List<string>();
        for (var i = 0; i < 4; i++)
            started.Add(await api.Client.StartAsync(templateId));
        foreach (var id in started)
            await api.Client.RestAsync(id);

        var first = await api.Client.GetAsync($"/api/executions?template_id={templateId}&workspace_id=default&status=completed&limit=3");
        var second = await api.Client.GetAsync(
            $"/api/executions?template_id={templateId}&limit=3&cursor={first["next_cursor"].GetString()}");

        Assert.Equal(
            started.AsEnumerable().Reverse(),
            first["items"].EnumerateArray().Concat(second["items"].EnumerateArray()).Select(item => item.GetProperty("id").GetString()!));
        Assert.Equal(JsonValueKind.Null, second["next_cursor"].ValueKind);
        Assert.Empty((await api.Client.GetAsync($"/api/executions?template_id={templateId}&status=failed"))["items"].EnumerateArray());
        Assert.Empty(
            (await api.Client.GetAsync($"/api/executions?template_id={templateId}&workspace_id=nowhere"))["items"].EnumerateArray());
    }

    [Fact]
    public async Task A_template_that_someone_else_broke_does_not_start()
    {
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting());
        await api.Database.ExecuteAsync(
            """
            UPDATE workflow_templates SET edges_json = '[
                {"source":"greet","target":"start"},{"source":"start","target":"gone"},{"source":"start","target":"greet"}
            ]' WHERE id = $1
            """, templateId);

        var refused = await api.Client.PostAsync(
            "/api/executions", new { template_id = templateId, config = new { max_parallel_nodes = 0 } });

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("/config/max_parallel_nodes", refused.Pointers);
        Assert.Contains("/edges/1/target", refused.Pointers);
        Assert.Empty((await api.Client.GetAsync($"/api/executions?template_id={templateId}"))["items"].EnumerateArray());
    }

    [Theory]
    [InlineData("template_id")]
    [InlineData("workspace_id")]
    [InlineData("project_id")]
    [InlineData("user_id")]
    public async Task An_id_that_names_nothing_is_told(string field)
    {
        var request = new Dictionary<string, string> { ["template_id"] = await api.Client.SaveAsync(TestWorkflows.Greeting()) };
        request[field] = "nobody'; --";

        var refused = await api.Client.PostAsync("/api/executions", request);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal([$"/{field}"], refused.Pointers);
    }

    [Fact]
    public async Task The_workspace_of_a_start_is_the_template_s_unless_another_one_is_named()
    {
        await api.Database.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ('team', 'Team') ON CONFLICT DO NOTHING");
        var template = await api.Client.PostAsync(
            "/api/templates", new { name = "T", workspace_id = "team", nodes = new[] { new { id = "a", type = "merge" } } });

        var accepted = await api.Client.PostAsync("/api/executions", new { template_id = template.Id });

        Assert.Equal("team", accepted["workspace_id"].GetString());
    }

    [Fact]
    public async Task A_wait_that_is_over_answers_with_what_there_is()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Waiting()));
        await api.Client.UntilAsync(id, "wait", "waiting");

        var answer = await api.Client.GetAsync($"/api/executions/{id}?wait=1");

        Assert.Equal("running", answer.State);
        Assert.Empty(answer["outputs"].EnumerateObject());
        await api.Client.PostAsync($"/api/executions/{id}/cancel");
    }

    [Fact]
    public async Task A_wait_hears_of_what_another_process_does()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Waiting()));
        await api.Client.UntilAsync(id, "wait", "waiting");

        var waiting = api.Client.RestAsync(id);
        await api.Database.ExecuteAsync("UPDATE workflow_executions SET status = 'paused' WHERE id = $1", id);

        Assert.Equal("paused", (await waiting).State);
    }

    [Fact]
    public async Task A_row_that_someone_else_inserted_is_shown()
    {
        const string id = "their 'exec' 1% ☕";
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting());
        await api.Database.ExecuteAsync(
            "INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, config_json) VALUES ($1, $2, "
                + "'default', 'default', 'default', 'failed', NULL)",
            id, templateId);

        var answer = await api.Client.GetAsync("/api/executions/" + Uri.EscapeDataString(id));

        Assert.Equal((id, "failed"), (answer.Id, answer.State));
        Assert.Empty(answer["jobs"].EnumerateArray());
        Assert.Empty(answer["outputs"].EnumerateObject());
        Assert.Equal(HttpStatusCode.Conflict, (await api.Client.PostAsync($"/api/executions/{Uri.EscapeDataString(id)}/pause")).Status);
    }

    private static string Sorted(JsonElement json) => JsonSerializer.Serialize(Sort(json), s_plain);

    private static object? Sort(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
            ? new SortedDictionary<string, object?>(
                json.EnumerateObject().ToDictionary(member => member.Name, member => Sort(member.Value)), StringComparer.Ordinal)
            : json;
}
