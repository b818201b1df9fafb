using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Indexes;
using WorkflowFunctions.Database;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

public class OptionalIndexTests(PostgresFixture postgres)
{
    private const string Definitions = "SELECT indexdef FROM pg_indexes WHERE indexname = ANY ($1) ORDER BY indexname";

    private const string Askers = """
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND (query LIKE '%advisory_lock%' OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory'))
        """;

    private static readonly string[] s_names =
    [
        "idx_agent_jobs_input_gin", "idx_agent_jobs_input_type", "idx_executions_config_model", "idx_executions_cost",
        "idx_executions_status_created",
    ];

    private static readonly IndexOptions s_all = new()
    {
        AgentJobsInputGin = true,
        AgentJobsInputType = true,
        ExecutionsConfigModel = true,
        ExecutionsCost = true,
        ExecutionsStatusCreated = true,
    };

    [Fact]
    public async Task All_of_them_are_built_as_the_document_defines_them()
    {
        await using var built = await postgres.CreateDatabaseAsync();
        await using var documented = await postgres.CreateDatabaseAsync();
        foreach (var statement in SchemaDocument.Statements("Optional Indexes (Based on Query Patterns)")
            .Concat(SchemaDocument.Statements("1. JSONB for Flexible Node Data").Take(2)))
        {
            await documented.ExecuteAsync(statement);
        }

        Assert.Equal(s_names, (await BuildAsync(built, s_all)).Order());

        var definitions = await documented.QueryAsync<string>(Definitions, [s_names]);
        Assert.Equal(s_names.Length, definitions.Count);
        Assert.Equal(definitions, await built.QueryAsync<string>(Definitions, [s_names]));
    }

    [Fact]
    public async Task Only_what_is_configured_is_built_and_only_once()
    {
        await using var database = await postgres.CreateDatabaseAsync();

        Assert.Empty(await BuildAsync(database, new IndexOptions()));
        Assert.Equal(["idx_executions_cost"], await BuildAsync(database, new IndexOptions { ExecutionsCost = true }));
        Assert.Empty(await BuildAsync(database, new IndexOptions { ExecutionsCost = true }));
        Assert.Single(await database.QueryAsync<string>(Definitions, [s_names]));
    }

    [Fact]
    public async Task What_an_interrupted_build_has_left_is_built_anew()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            INSERT INTO workflow_templates (id, name) VALUES ('tpl', 'Empty');
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id)
            SELECT i::text, 'tpl', 'default', 'default', 'default' FROM generate_series(1, 2) i;
            """);
        // Two equal values are in the way of a unique index, and an invalid one stays.
        await Assert.ThrowsAsync<PostgresException>(() =>
            database.ExecuteAsync("CREATE UNIQUE INDEX CONCURRENTLY idx_executions_cost ON workflow_executions(status)"));

        Assert.Equal(["idx_executions_cost"], await BuildAsync(database, new IndexOptions { ExecutionsCost = true }));
        Assert.Equal(
            [true], await database.QueryAsync<bool>(
                "SELECT indisvalid AND NOT indisunique FROM pg_index WHERE indexrelid = 'idx_executions_cost'::regclass"));
    }

    [Fact]
    public async Task Of_several_processes_each_index_is_built_by_one()
    {
        await using var database = await postgres.CreateDatabaseAsync();

        var built = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => BuildAsync(database, s_all)));

        Assert.Equal(s_names, built.SelectMany(names => names).Order());
    }

    [Fact]
    public async Task A_partitioned_table_gets_its_index_on_every_partition()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await database.ExecuteAsync("""
            CREATE TABLE agent_jobs (id VARCHAR, input_data_json JSONB) PARTITION BY HASH (id);
            CREATE TABLE jobs_0 PARTITION OF agent_jobs FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE jobs_1 PARTITION OF agent_jobs FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            """);

        await BuildAsync(database, new IndexOptions { AgentJobsInputGin = true });

        Assert.Equal(
            [3],
            await database.QueryAsync<long>(
                "SELECT count(*) FROM pg_index WHERE indrelid::regclass::text IN ('agent_jobs', 'jobs_0', 'jobs_1') AND indisvalid"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_process_that_stands_by_to_lead_does_not_hold_a_build_up()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var leader = await ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine());
        await using var standby = await ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine());
        // Both have opened the connection with which they ask.
        while ((await database.QueryAsync<int>(Askers)).Count < 2)
            await Task.Delay(20, TestContext.Current.CancellationToken);

        Assert.Equal(s_names, (await BuildAsync(database, s_all)).Order());
    }

    private static async Task<IReadOnlyList<string>> BuildAsync(TestDatabase database, IndexOptions options)
    {
        await using var source = RecordDatabase.Open(database.ConnectionString);
        return await new OptionalIndexes(source, Options.Create(options), NullLogger<OptionalIndexes>.Instance)
            .BuildAsync(TestContext.Current.CancellationToken);
    }
}
