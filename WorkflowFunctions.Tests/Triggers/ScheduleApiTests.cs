using System.Net;
using System.Text.Json;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Triggers;

public sealed class ScheduleApiTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private ScheduleServer _server = null!;

    private ApiClient Client => _server.Client;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ScheduleServer.StartAsync(_database, "2026-05-04T06:30:00Z");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_schedule_is_saved_with_its_next_time_and_read_back()
    {
        var template = await Client.SaveAsync(TestWorkflows.Greeting());

        var created = await Client.PostAsync("/api/schedules", new
        {
            template_id = template,
            cron = "0 7 * * MON-FRI",
            time_zone = "Europe/Berlin",
            @params = new { topic = "tea", nested = new { n = 1.50 } },
            config = new { max_parallel_nodes = 2 },
            on_missed = "run_once",
        });
        var read = await Client.GetAsync(created.Headers.Location!.ToString());

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal($"/api/schedules/{created.Id}", created.Headers.Location.ToString());
        Assert.Equal("2026-05-05T05:00:00Z", await _server.NextAsync(created.Id));
        Assert.Equal(created.Json.GetRawText(), read.Json.GetRawText());
        Assert.Equal(
            ["0 7 * * MON-FRI", "Europe/Berlin", "run_once", "default", "default", "default"],
            ((string[])["cron", "time_zone", "on_missed", "workspace_id", "project_id", "user_id"])
                .Select(name => read[name].GetString()!));
        Assert.True(read["is_enabled"].GetBoolean());
        Assert.Equal(1.50, read["params"].GetProperty("nested").GetProperty("n").GetDouble());
        Assert.Equal(JsonValueKind.Null, read["last_run_at"].ValueKind);
    }

    [Fact]
    public async Task The_next_five_times_are_told_and_both_day_fields_have_to_fit()
    {
        var template = await Client.SaveAsync(TestWorkflows.Greeting());

        var created = await Client.PostAsync("/api/schedules", new { template_id = template, cron = "0 9 13 * FRI" });

        Assert.Equal(
            ["2026-11-13", "2027-08-13", "2028-10-13", "2029-04-13", "2029-07-13"],
            created["next_runs"].EnumerateArray().Select(time => time.GetString()![..10]));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        var refused = await Client.PostAsync("/api/schedules", new
        {
            template_id = "nothing",
            cron = "61 * * * *",
            time_zone = "Europe/Atlantis",
            on_missed = "sometimes",
            is_enabled = "yes",
            @params = 7,
            config = new { max_parallel_nodes = 0, @params = "x" },
            workspace_id = "nowhere",
            project_id = "none",
            user_id = "nobody",
        });

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("application/problem+json", refused.MediaType);
        Assert.Equal(
            [
                "/config/max_parallel_nodes", "/config/params", "/cron", "/is_enabled", "/on_missed", "/params", "/project_id",
                "/template_id", "/time_zone", "/user_id", "/workspace_id",
            ],
            refused.Pointers.Order(StringComparer.Ordinal));
        Assert.Equal([0L], await _database.QueryAsync<long>("SELECT count(*) FROM workflow_schedules"));
    }

    [Theory]
    [InlineData("* * * *")]
    [InlineData("* * * * * * *")]
    [InlineData("every day")]
    [InlineData("0 25 * * *")]
    [InlineData("H H * * *")]
    [InlineData("0 0 31 2 *")]
    [InlineData("")]
    [InlineData(" ")]
    public async Task A_cron_expression_that_is_none_or_never_comes_is_refused(string cron)
    {
        var refused = await Client.PostAsync(
            "/api/schedules", new { template_id = await Client.SaveAsync(TestWorkflows.Greeting()), cron });

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(["/cron"], refused.Pointers);
    }

    [Theory]
    [InlineData("{}", "/cron,/template_id")]
    [InlineData("[]", "")]
    [InlineData("""{"template_id":null,"cron":5}""", "/cron,/template_id")]
    public async Task A_body_of_another_shape_is_refused(string body, string pointers)
    {
        var refused = await Client.PostJsonAsync("/api/schedules", body);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(pointers.Split(','), refused.Pointers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_schedule_is_replaced_listed_and_deleted()
    {
        var first = await _server.ScheduleAsync("0 7 * * *");
        var second = await _server.ScheduleAsync("0 8 * * *");
        var template = (await Client.GetAsync($"/api/schedules/{second}"))["template_id"].GetString();

        var replaced = await Client.PutAsync(
            $"/api/schedules/{second}", new { template_id = template, cron = "0 9 * * *", on_missed = "run_all" });
        var page = await Client.GetAsync("/api/schedules?limit=1");
        var rest = await Client.GetAsync($"/api/schedules?limit=1&cursor={page["next_cursor"].GetString()}");
        var ofTemplate = await Client.GetAsync($"/api/schedules?template_id={template}");

        Assert.Equal(HttpStatusCode.OK, replaced.Status);
        Assert.Equal("run_all", replaced["on_missed"].GetString());
        Assert.Equal("2026-05-04T09:00:00Z", await _server.NextAsync(second));
        Assert.Equal(
            [second, first],
            new[] { page, rest }.SelectMany(answer => answer["items"].EnumerateArray())
                .Select(item => item.GetProperty("id").GetString()!));
        Assert.Equal(second, Assert.Single(ofTemplate["items"].EnumerateArray()).GetProperty("id").GetString());
        Assert.Empty((await Client.GetAsync("/api/schedules?workspace_id=nowhere"))["items"].EnumerateArray());
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await Client.PutAsync($"/api/schedules/{second}", new { template_id = template, cron = "x" })).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/api/schedules/{second}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.DeleteAsync($"/api/schedules/{second}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/api/schedules/{second}")).Status);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await Client.PutAsync($"/api/schedules/{second}", new { template_id = template, cron = "0 9 * * *" })).Status);
    }

    [Fact]
    public async Task A_template_that_is_scheduled_is_kept()
    {
        var id = await _server.ScheduleAsync("0 7 * * *");
        var template = (await Client.GetAsync($"/api/schedules/{id}"))["template_id"].GetString();

        var refused = await Client.DeleteAsync($"/api/templates/{template}");
        await Client.DeleteAsync($"/api/schedules/{id}");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("has schedules", refused["detail"].GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/api/templates/{template}")).Status);
    }
}
