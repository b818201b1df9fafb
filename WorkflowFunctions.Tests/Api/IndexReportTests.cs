using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class IndexReportTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private ApiServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task All_indexes_are_listed_with_their_sizes_and_those_that_no_query_has_used()
    {
        var report = await ReportAsync();

        Assert.Equal(
            (
                await _database.QueryAsync<string>(
                    "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'i'"
                )).Order(StringComparer.Ordinal),
            Names(report, "sizes").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["schemaname", "tablename", "indexname", "index_size"],
            report.GetProperty("sizes")[0].EnumerateObject().Select(member => member.Name));
        Assert.Contains("idx_celery_tasks_status", Names(report, "unused"));
        Assert.Equal(0, report.GetProperty("unused")[0].GetProperty("idx_scan").GetInt32());
    }

    [Fact]
    public async Task The_schema_has_no_duplicates_and_those_that_are_added_are_named()
    {
        Assert.Empty(Names(await ReportAsync(), "duplicates"));

        await _database.ExecuteAsync("""
            CREATE INDEX the_same ON celery_tasks(status);
            CREATE INDEX the_beginning ON agent_jobs(execution_id);
            CREATE INDEX beside_the_key ON agent_jobs(id);
            CREATE INDEX other_way ON celery_tasks(status DESC);
            CREATE INDEX fewer_rows ON celery_tasks(status) WHERE status = 'retry';
            CREATE INDEX with_more ON celery_tasks(status) INCLUDE (task_name);
            CREATE UNIQUE INDEX is_a_rule ON celery_tasks(task_id, status);
            """);

        Assert.Equal(
            ["beside_the_key of agent_jobs_pkey", "the_beginning of idx_agent_jobs_execution_node", "the_same of idx_celery_tasks_status"],
            (await ReportAsync()).GetProperty("duplicates").EnumerateArray()
                .Select(index => $"{index.GetProperty("indexname")} of {index.GetProperty("duplicate_of")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_index_whose_rows_are_gone_is_bloated_until_it_is_built_anew()
    {
        await _database.ExecuteAsync(
            "CREATE TABLE large (id BIGINT, note TEXT); CREATE INDEX large_id ON large(id); CREATE INDEX large_note ON large(note)");
        await _database.ExecuteAsync("INSERT INTO large SELECT i, md5(i::text) FROM generate_series(1, 50000) i");
        await _database.ExecuteAsync("VACUUM ANALYZE large");
        Assert.Null(Bloat(await ReportAsync(), "large_id"));

        await _database.ExecuteAsync("DELETE FROM large WHERE id % 20 <> 0");
        await _database.ExecuteAsync("VACUUM ANALYZE large");
        Assert.InRange(Bloat(await ReportAsync(), "large_id")!.Value, 80, 100);

        await _database.ExecuteAsync("REINDEX INDEX CONCURRENTLY large_id");
        await _database.ExecuteAsync("ANALYZE large");
        Assert.InRange(Bloat(await ReportAsync(), "large_id") ?? 0, 0, 20);
    }

    private static int? Bloat(JsonElement report, string index) => report.GetProperty("bloat").EnumerateArray()
        .Where(row => row.GetProperty("indexname").GetString() == index)
        .Select(row => (int?)row.GetProperty("bloat_percent").GetInt32())
        .SingleOrDefault();

    private static IEnumerable<string?> Names(JsonElement report, string list) =>
        report.GetProperty(list).EnumerateArray().Select(index => index.GetProperty("indexname").GetString());

    private async Task<JsonElement> ReportAsync()
    {
        var answer = await _server.Client.GetAsync("/api/admin/indexes");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }
}
