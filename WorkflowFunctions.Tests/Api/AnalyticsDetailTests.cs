using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Analytics;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class AnalyticsDetailTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private ApiServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());
        await _database.ExecuteAsync("""
            INSERT INTO workspaces (id, name) VALUES ('acme', 'Acme');
            INSERT INTO workflow_templates (id, name) VALUES ('tpl', 'Launch');
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, created_at, started_at, completed_at)
            SELECT v.id, 'tpl', 'default', v.workspace, 'default', v.status, v.day, v.day, v.day + v.seconds * INTERVAL '1 second'
            FROM (VALUES
                ('a', 'acme', 'completed', NOW() - INTERVAL '1 minute', 10),
                ('b', 'acme', 'completed', NOW() - INTERVAL '1 minute', 20),
                ('c', 'acme', 'completed', NOW() - INTERVAL '1 minute', 60),
                ('d', 'default', 'failed', NOW() - INTERVAL '1 minute', 5),
                ('e', 'acme', 'completed', NOW() - INTERVAL '60 days', 1000)) AS v(id, workspace, status, day, seconds);
            INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status, tokens_used, cost_usd, attempt, started_at, completed_at)
            SELECT v.execution || v.node, v.execution, v.node, v.type, v.status, v.tokens, v.cost, v.attempt, NOW(), NOW() + v.seconds * INTERVAL '1 second'
            FROM (VALUES
                ('a', 'write', 'generate_copy', 'completed', 100, 0.25, 1, 4),
                ('b', 'write', 'generate_copy', 'completed', 300, 0.50, 2, 8),
                ('a', 'each#0', 'http_request', 'completed', 0, NULL, 1, 1),
                ('a', 'each#1', 'http_request', 'failed', 0, NULL, 3, 1),
                ('b', 'wait', 'delay', 'completed', 0, NULL, 1, 5000),
                ('d', 'write', 'generate_copy', 'failed', NULL, NULL, 3, 2),
                ('e', 'write', 'generate_copy', 'completed', 999, 9, 1, 500)) AS v(execution, node, type, status, tokens, cost, attempt, seconds)
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Durations_are_those_of_completed_executions_by_day()
    {
        var days = await ListAsync("durations");

        var day = Assert.Single(days.EnumerateArray());
        Assert.Equal(3, day.GetProperty("executions").GetInt32());
        Assert.Equal(20, day.GetProperty("p50_seconds").GetDouble());
        Assert.Equal(52, day.GetProperty("p90_seconds").GetDouble(), 6);
        await _server.Client.PostAsync("/api/admin/analytics/refresh");
        Assert.Equal(2, (await ListAsync("durations?from=2020-01-01")).GetArrayLength());
        Assert.Equal(0, (await ListAsync("durations?workspace_id=default")).GetArrayLength());
        var whole = Assert.Single((await ListAsync("durations?from=2020-01-01&by_day=false")).EnumerateArray());
        Assert.Equal((4, JsonValueKind.Null), (whole.GetProperty("executions").GetInt32(), whole.GetProperty("execution_date").ValueKind));
        Assert.Equal(0, (await ListAsync("durations?to=2019-12-31&from=2019-12-01&by_day=false")).GetArrayLength());
    }

    [Fact]
    public async Task Usage_is_by_workspace_and_node_type_the_dearest_first()
    {
        var rows = (await ListAsync("usage")).EnumerateArray().ToList();

        Assert.Equal(
            ("acme", "generate_copy"), (rows[0].GetProperty("workspace_id").GetString(), rows[0].GetProperty("job_type").GetString()));
        Assert.Equal(400, rows[0].GetProperty("total_tokens").GetInt32());
        Assert.Equal(0.75m, rows[0].GetProperty("total_cost").GetDecimal());
        Assert.Equal(2, rows[0].GetProperty("executions").GetInt32());
        Assert.Equal(4, rows.Count);
        Assert.Single((await ListAsync("usage?workspace_id=default")).EnumerateArray());
    }

    [Fact]
    public async Task The_slowest_nodes_are_not_those_that_were_told_to_wait()
    {
        var nodes = (await ListAsync("nodes")).EnumerateArray().ToList();

        Assert.Equal(["write", "each"], nodes.Select(node => node.GetProperty("node_id").GetString()));
        Assert.Equal("Launch", nodes[0].GetProperty("template_name").GetString());
        Assert.Equal(3, nodes[0].GetProperty("jobs").GetInt32());
        Assert.Equal(2, nodes[0].GetProperty("retried").GetInt32());
        Assert.Equal(2, nodes[1].GetProperty("jobs").GetInt32());
        Assert.Single((await ListAsync("nodes?limit=1")).EnumerateArray());
    }

    [Fact]
    public async Task The_failing_nodes_are_those_that_failed()
    {
        var nodes = (await ListAsync("nodes?by=failing&workspace_id=acme")).EnumerateArray();

        var node = Assert.Single(nodes);
        Assert.Equal("each", node.GetProperty("node_id").GetString());
        Assert.Equal(1, node.GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task Days_that_are_over_are_added_up_from_the_summary_and_today_is_as_it_is_now()
    {
        await _database.ExecuteAsync("""
            UPDATE workflow_executions SET created_at = created_at - INTERVAL '2 days' WHERE id IN ('b', 'c', 'd');
            INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status, attempt) VALUES ('c-write', 'c', 'write', 'generate_copy', 'running', 1)
            """);
        Assert.Equal(
            ["generate_copy", "http_request"],
            (await ListAsync("usage")).EnumerateArray().Select(row => row.GetProperty("job_type").GetString()));

        Assert.Equal(HttpStatusCode.NoContent, (await _server.Client.PostAsync("/api/admin/analytics/refresh", new { })).Status);
        var usage = (await ListAsync("usage?workspace_id=acme")).EnumerateArray().First();
        Assert.Equal(
            (3, 3, 400, 0.75m),
            (
                usage.GetProperty("executions").GetInt32(), usage.GetProperty("jobs").GetInt32(),
                usage.GetProperty("total_tokens").GetInt32(), usage.GetProperty("total_cost").GetDecimal()));
        Assert.Equal(1399, (await ListAsync("usage?from=2020-01-01&workspace_id=acme"))[0].GetProperty("total_tokens").GetInt32());
        var node = (await ListAsync("nodes")).EnumerateArray().First();
        Assert.Equal(
            ("write", 3, 1, 2),
            (
                node.GetProperty("node_id").GetString(), node.GetProperty("jobs").GetInt32(), node.GetProperty("failed").GetInt32(),
                node.GetProperty("retried").GetInt32()));
        Assert.Equal(14 / 3d, node.GetProperty("avg_seconds").GetDouble(), 6);
        Assert.InRange(node.GetProperty("p95_seconds").GetDouble(), 4, 8);
        Assert.Single((await ListAsync("nodes?from=2020-01-01&workspace_id=default")).EnumerateArray());
    }

    [Fact]
    public async Task Durations_of_days_that_are_over_are_within_two_percent_and_those_before_the_summary_are_as_they_are()
    {
        await _database.ExecuteAsync("""
            UPDATE workflow_executions SET created_at = created_at - INTERVAL '2 days' WHERE id IN ('b', 'c');
            UPDATE workflow_executions SET created_at = created_at - INTERVAL '2 years' WHERE id = 'a'
            """);
        await _server.Client.PostAsync("/api/admin/analytics/refresh");

        var days = (await ListAsync("durations?from=2020-01-01")).EnumerateArray()
            .Select(day => day.GetProperty("p50_seconds").GetDouble()).ToList();
        Assert.Equal(3, days.Count);
        Assert.InRange(days[0], 40 * 0.98, 40 * 1.02);
        Assert.InRange(days[1], 1000 * 0.98, 1000 * 1.02);
        Assert.Equal(10, days[2]);
        var whole = await ListAsync("durations?from=2020-01-01&by_day=false&workspace_id=acme");
        Assert.Equal(4, whole[0].GetProperty("executions").GetInt32());
    }

    [Fact]
    public async Task What_changes_in_days_that_are_over_is_counted_before_the_next_refresh()
    {
        var analytics = _server.Services.GetRequiredService<AnalyticsStore>();
        await _server.Client.PostAsync("/api/admin/analytics/refresh");
        await _database.ExecuteAsync("""
            UPDATE workflow_executions SET status = 'failed' WHERE id = 'e';
            UPDATE agent_jobs SET status = 'failed', tokens_used = 1 WHERE execution_id = 'e';
            INSERT INTO workflow_execution_events (execution_id, event_type) VALUES ('e', 'failed')
            """);

        await analytics.CountChangesAsync(TestContext.Current.CancellationToken);
        await AssertAsync(days: 1);
        await analytics.CountChangesAsync(TestContext.Current.CancellationToken);
        await AssertAsync(days: 1);
        await _server.Client.PostAsync("/api/admin/analytics/refresh");
        await AssertAsync(days: 0);

        async Task AssertAsync(int days)
        {
            var until = DateTime.UtcNow.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var row = Assert.Single((await ListAsync($"executions?to={until}")).EnumerateArray());
            Assert.Equal(("failed", 1), (row.GetProperty("status").GetString(), row.GetProperty("total_executions").GetInt32()));
            var usage = Assert.Single((await ListAsync($"usage?from=2020-01-01&to={until}")).EnumerateArray());
            Assert.Equal(1, usage.GetProperty("total_tokens").GetInt32());
            var node = Assert.Single((await ListAsync($"nodes?from=2020-01-01&to={until}&by=failing")).EnumerateArray());
            Assert.Equal(1, node.GetProperty("failed").GetInt32());
            Assert.Equal(0, (await ListAsync($"durations?from=2020-01-01&to={until}")).GetArrayLength());
            Assert.Equal(days, (await _database.QueryAsync<long>("SELECT count(*) FROM workflow_changed_days")).Single());
        }
    }

    [Theory]
    [InlineData("durations?from=yesterday", "from is 'yesterday'; expected a day such as 2026-01-31.")]
    [InlineData("usage?from=2026-02-02&to=2026-02-01", "from is '2026-02-02'; expected a day that is not after 2026-02-01.")]
    [InlineData("usage?from=9999-01-01", "expected a day that is not after today.")]
    [InlineData("nodes?by=luck", "by is 'luck'; expected slowest or failing.")]
    [InlineData("nodes?limit=0", "0")]
    public async Task What_cannot_be_meant_is_told_of(string query, string told)
    {
        var answer = await _server.Client.GetAsync($"/api/analytics/{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(told, answer["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_day_that_there_is_can_be_asked_for()
    {
        Assert.Equal(0, (await ListAsync("durations?to=0001-01-01")).GetArrayLength());
    }

    private async Task<JsonElement> ListAsync(string query)
    {
        var answer = await _server.Client.GetAsync($"/api/analytics/{query}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }
}
