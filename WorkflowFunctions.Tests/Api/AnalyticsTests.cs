using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Analytics;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Record;

namespace WorkflowFunctions.Tests.Api;

public class AnalyticsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private ApiServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());
        await _database.ExecuteAsync("""
            INSERT INTO workspaces (id, name) VALUES ('acme', 'Acme');
            INSERT INTO workflow_templates (id, name) VALUES ('tpl', 'Empty');
            INSERT INTO workflow_executions (
                id, template_id, project_id, workspace_id, user_id, status, progress_percent, total_cost, created_at, started_at, completed_at)
            SELECT v.id, 'tpl', 'default', v.workspace, 'default', v.status, v.progress, v.cost, v.day, v.day, v.day + v.seconds * INTERVAL '1 second'
            FROM (VALUES
                ('a', 'acme', 'failed', 20, 0.25, CURRENT_DATE - 2 + TIME '23:59' AT TIME ZONE 'UTC', 10),
                ('b', 'acme', 'failed', 40, NULL, CURRENT_DATE - 2 + TIME '00:00' AT TIME ZONE 'UTC', 30),
                ('c', 'acme', 'completed', 100, 1, CURRENT_DATE - 1 + TIME '12:00' AT TIME ZONE 'UTC', 60),
                ('d', 'default', NULL, NULL, NULL, CURRENT_DATE - 1 + TIME '12:00' AT TIME ZONE 'UTC', NULL),
                ('e', 'acme', 'completed', 100, 1, CURRENT_DATE - 100 + TIME '12:00' AT TIME ZONE 'UTC', 60))
                AS v(id, workspace, status, progress, cost, day, seconds)
            """.Replace("CURRENT_DATE", "(NOW() AT TIME ZONE 'UTC')::date", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_summary_has_averages_and_sums_by_workspace_day_and_status_once_it_is_refreshed()
    {
        Assert.Equal(0, (await ListAsync("")).GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await _server.Client.PostAsync("/api/admin/analytics/refresh")).Status);

        var rows = await ListAsync("");
        Assert.Equal(3, rows.GetArrayLength());
        var failed = rows[2];
        Assert.Equal(
            ["workspace_id", "execution_date", "status", "total_executions", "avg_duration_seconds", "total_cost", "avg_progress"],
            failed.EnumerateObject().Select(member => member.Name));
        Assert.Equal(Day(2), failed.GetProperty("execution_date").GetString());
        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Equal(2, failed.GetProperty("total_executions").GetInt32());
        Assert.Equal(20, failed.GetProperty("avg_duration_seconds").GetDouble());
        Assert.Equal(0.25m, failed.GetProperty("total_cost").GetDecimal());
        Assert.Equal(30, failed.GetProperty("avg_progress").GetDouble());
    }

    [Fact]
    public async Task Today_is_told_of_as_it_is_now()
    {
        await _database.ExecuteAsync("INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status) VALUES "
            + "('now', 'tpl', 'default', 'acme', 'default', 'running')");
        await _server.Client.PostAsync("/api/admin/analytics/refresh");
        await _database.ExecuteAsync("UPDATE workflow_executions SET status = 'failed' WHERE id = 'now'");

        var row = Assert.Single((await ListAsync($"?from={Day(0)}")).EnumerateArray());

        Assert.Equal(("failed", 1), (row.GetProperty("status").GetString(), row.GetProperty("total_executions").GetInt32()));
    }

    [Fact]
    public async Task It_is_refreshed_again_and_by_several_at_once()
    {
        var analytics = _server.Services.GetRequiredService<AnalyticsStore>();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => analytics.RefreshAsync(TestContext.Current.CancellationToken)));
        await _database.ExecuteAsync("UPDATE workflow_executions SET status = 'completed' WHERE id = 'a'");
        await analytics.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["completed", "", "completed", "failed"], (await ListAsync("")).EnumerateArray()
            .Select(row => row.GetProperty("status").GetString() ?? ""));
    }

    [Fact]
    public async Task Workspace_and_days_narrow_it_with_both_ends_in_it()
    {
        await _server.Client.PostAsync("/api/admin/analytics/refresh");

        Assert.Equal(2, (await ListAsync("?workspace_id=acme")).GetArrayLength());
        Assert.Equal(1, (await ListAsync($"?to={Day(2)}")).GetArrayLength());
        Assert.Equal(2, (await ListAsync($"?from={Day(1)}&to={Day(1)}")).GetArrayLength());
        Assert.Equal(0, (await ListAsync($"?from={Day(0)}")).GetArrayLength());
    }

    [Theory]
    [InlineData("from=yesterday", "yesterday")]
    [InlineData("to=2026-02-30", "2026-02-30")]
    [InlineData("from=2026-02-02&to=2026-02-01", "a day that is not after")]
    public async Task Days_that_are_none_are_told_of(string query, string told)
    {
        var answer = await _server.Client.GetAsync($"/api/analytics/executions?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(told, answer["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_made_by_the_document_is_made_anew_and_one_that_others_build_on_is_kept()
    {
        foreach (var (dependent, type) in new[]
            {
                ("SELECT 1", "numeric"),
                ("CREATE VIEW report AS SELECT avg_progress FROM workflow_execution_summary", "integer"),
            })
        {
            await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
            await CeleryProject.CreateAsync(database);
            foreach (var statement in SchemaDocument.Statements("3. Materialized Views for Analytics").Take(2))
                await database.ExecuteAsync(statement);
            await database.ExecuteAsync(dependent);

            await CeleryProject.MigrateAsync(database);

            Assert.Equal([type], await database.QueryAsync<string>("""
                SELECT format_type(atttypid, NULL) FROM pg_attribute
                WHERE attrelid = 'workflow_execution_summary'::regclass AND attname = 'avg_progress'
                """));
            await database.ExecuteAsync(SchemaDocument.Statements("3. Materialized Views for Analytics")[2]);
        }
    }

    private static string Day(int daysAgo) =>
        DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-daysAgo).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<JsonElement> ListAsync(string query)
    {
        var answer = await _server.Client.GetAsync($"/api/analytics/executions{query}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }
}
