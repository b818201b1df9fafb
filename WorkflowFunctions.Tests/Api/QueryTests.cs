using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Record;

namespace WorkflowFunctions.Tests.Api;

/// <summary>The document's queries behind HTTP, over the rows of the existing project.</summary>
public class QueryTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private ApiServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await CeleryProject.CreateMigratedAsync(postgres);
        _server = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("job_type=generate_copy&model=gpt-4", "7c0d6d9e-03", "7c0d6d9e-02")]
    [InlineData("job_type=generate_copy", "7c0d6d9e-04", "7c0d6d9e-03", "7c0d6d9e-02")]
    [InlineData("model=none")]
    [InlineData("has=prompt", "7c0d6d9e-03", "7c0d6d9e-02")]
    [InlineData("has=prompt&workspace_id=beta")]
    [InlineData("field=settings.temperature&above=0.5", "7c0d6d9e-12", "7c0d6d9e-02")]
    [InlineData("field=settings.temperature&above=0.5&workspace_id=acme", "7c0d6d9e-02")]
    [InlineData("field=settings.temperature&above=0.1&below=0.5", "7c0d6d9e-03")]
    [InlineData("execution_id=broken", "7c0d6d9e-08", "7c0d6d9e-07")]
    public async Task Jobs_are_found_by_what_their_input_holds(string query, params string[] expected)
    {
        var jobs = (await GetAsync($"/api/jobs?{query}")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(expected, jobs.Select(job => job.GetProperty("job_id").GetString()));
    }

    [Fact]
    public async Task A_job_is_listed_with_its_input_and_text_that_reads_as_a_number_counts_as_one()
    {
        await _database.ExecuteAsync(
            """UPDATE agent_jobs SET input_data_json = '{"settings": {"temperature": "1.5"}}' WHERE id = '7c0d6d9e-02'""");
        await _database.ExecuteAsync(
            """UPDATE agent_jobs SET input_data_json = '{"settings": {"temperature": "hot"}}' WHERE id = '7c0d6d9e-12'""");

        var job = Assert.Single((await GetAsync("/api/jobs?field=settings.temperature&above=0.5")).GetProperty("items").EnumerateArray());

        Assert.Equal(
            ("7c0d6d9e-02", "done", "acme"),
            (
                job.GetProperty("job_id").GetString(), job.GetProperty("execution_id").GetString(),
                job.GetProperty("workspace_id").GetString()));
        Assert.Equal("""{"settings":{"temperature":"1.5"}}""", job.GetProperty("input").GetRawText());
    }

    [Theory]
    [InlineData("above=0.5")]
    [InlineData("field=settings.temperature")]
    [InlineData("field=settings.temperature&above=warm")]
    [InlineData("field=settings.temperature&below=NaN")]
    [InlineData("limit=0")]
    [InlineData("cursor=x")]
    public async Task A_question_about_jobs_that_makes_no_sense_is_a_bad_request(string query) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.Client.GetAsync($"/api/jobs?{query}")).Status);

    [Theory]
    [InlineData("/api/executions?limit=1", "id", 14)]
    [InlineData("/api/executions?limit=3", "id", 14)]
    [InlineData("/api/executions?limit=1&workspace_id=beta", "id", 9)]
    [InlineData("/api/executions?limit=1&search=beta", "id", 9)]
    [InlineData("/api/jobs?limit=1", "job_id", 12)]
    [InlineData("/api/jobs?limit=5", "job_id", 12)]
    public async Task Pages_hold_each_row_once_even_those_without_a_time(string path, string key, int count)
    {
        await _database.ExecuteAsync(
            "INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, created_at) SELECT id, "
                + "'tpl-nothing', 'trial', 'beta', 'bob', 'completed', NULL FROM unnest(ARRAY['timeless-1', 'timeless-2']) AS id");
        await _database.ExecuteAsync("UPDATE agent_jobs SET execution_id = 'timeless-1' WHERE execution_id = 'broken'");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await GetAsync(cursor is null ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.GetProperty(key).GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(count, seen.Count);
        Assert.Equal(count, seen.Distinct().Count());
    }

    [Fact]
    public async Task Progress_tells_of_the_job_that_runs()
    {
        var progress = await GetAsync("/api/executions/at-work/progress");

        Assert.Equal(
            ["id", "status", "progress_percent", "current_node_id", "current_node_type", "current_node_duration_seconds"],
            Members(progress));
        Assert.Equal("generate_copy", progress.GetProperty("current_node_type").GetString());
        Assert.InRange(progress.GetProperty("current_node_duration_seconds").GetDouble(), 3000, 4000);
    }

    [Fact]
    public async Task Several_jobs_of_the_current_node_are_one_answer()
    {
        await _database.ExecuteAsync("UPDATE workflow_executions SET current_node_id = 'node-2' WHERE id = 'done'");

        // The one that began last, which took ten seconds.
        Assert.Equal(10, (await GetAsync("/api/executions/done/progress")).GetProperty("current_node_duration_seconds").GetDouble());
    }

    [Fact]
    public async Task Progress_without_a_current_node_has_nulls()
    {
        var progress = await GetAsync("/api/executions/queued/progress");

        Assert.Equal(JsonValueKind.Null, progress.GetProperty("current_node_type").ValueKind);
        Assert.Equal(JsonValueKind.Null, progress.GetProperty("current_node_duration_seconds").ValueKind);
    }

    [Fact]
    public async Task State_has_each_completed_node_once_with_its_latest_output()
    {
        var state = await GetAsync("/api/executions/done/state");

        Assert.Equal(["execution_id", "completed_node_ids", "node_outputs"], Members(state));
        Assert.Equal("""["node-1","node-2","node-3"]""", state.GetProperty("completed_node_ids").GetRawText());
        var outputs = state.GetProperty("node_outputs");
        Assert.Equal(["node-1", "node-2", "node-3"], Members(outputs));
        Assert.Equal("Final", outputs.GetProperty("node-2").GetProperty("text").GetString());
        Assert.Equal("plain text", outputs.GetProperty("node-3").GetString());
    }

    [Fact]
    public async Task State_without_a_completed_job_is_empty()
    {
        var state = await GetAsync("/api/executions/queued/state");

        Assert.Equal("[]", state.GetProperty("completed_node_ids").GetRawText());
        Assert.Equal("{}", state.GetProperty("node_outputs").GetRawText());
    }

    [Fact]
    public async Task Usage_adds_up_the_completed_jobs_of_each_type()
    {
        var usage = await GetAsync("/api/executions/done/usage");

        Assert.Equal(
            ["generate_copy", "input", "transform"], usage.EnumerateArray().Select(row => row.GetProperty("job_type").GetString()));
        var copy = usage[0];
        Assert.Equal(["execution_id", "job_type", "node_count", "total_tokens", "avg_tokens", "avg_duration_seconds"], Members(copy));
        Assert.Equal(1, copy.GetProperty("node_count").GetInt32());
        Assert.Equal(300, copy.GetProperty("total_tokens").GetInt32());
        Assert.Equal(150, copy.GetProperty("avg_tokens").GetDouble());
        Assert.Equal(20, copy.GetProperty("avg_duration_seconds").GetDouble());
        Assert.Equal("[]", (await GetAsync("/api/executions/queued/usage")).GetRawText());
    }

    [Fact]
    public async Task Active_workspaces_come_with_their_oldest_execution_the_busiest_first()
    {
        var active = await GetAsync("/api/workspaces/active");

        Assert.Equal(["beta", "acme"], active.EnumerateArray().Select(row => row.GetProperty("workspace_id").GetString()));
        Assert.Equal(["workspace_id", "active_count", "statuses", "oldest_active"], Members(active[1]));
        Assert.Equal(2, active[1].GetProperty("active_count").GetInt32());
        Assert.Equal("paused, running", active[1].GetProperty("statuses").GetString());
        var oldest = Assert.Single(await _database.QueryAsync<DateTime>("SELECT created_at FROM workflow_executions WHERE id = 'held'"));
        Assert.Equal(oldest, active[1].GetProperty("oldest_active").GetDateTimeOffset().UtcDateTime);
    }

    [Fact]
    public async Task An_execution_without_jobs_has_an_empty_list_of_them() =>
        Assert.Equal("[]", (await GetAsync("/api/executions/queued")).GetProperty("jobs").GetRawText());

    [Theory]
    [InlineData("progress")]
    [InlineData("state")]
    [InlineData("usage")]
    public async Task An_unknown_execution_is_not_found(string query) =>
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.GetAsync($"/api/executions/none/{query}")).Status);

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private async Task<JsonElement> GetAsync(string path)
    {
        var answer = await _server.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }
}
