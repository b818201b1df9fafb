using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowFunctions.Database.Migrations;
using WorkflowFunctions.Tests.Access;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

public class MigrationTests(PostgresFixture postgres)
{
    private static readonly string[] s_tables =
    [
        "agent_jobs", "celery_tasks", "document_attachments", "documents", "projects", "users", "workflow_checkpoints",
        "workflow_execution_events", "workflow_execution_metrics", "workflow_executions", "workflow_templates", "workspaces",
    ];

    private static readonly string[] s_indexes =
    [
        "idx_agent_jobs_execution_node", "idx_agent_jobs_execution_status", "idx_celery_tasks_execution", "idx_celery_tasks_status",
        "idx_checkpoints_execution_latest", "idx_executions_id_status", "idx_executions_user_workspace", "idx_metrics_created",
        "idx_metrics_execution", "idx_templates_workspace_system", "idx_workflow_events_execution", "idx_workflow_events_node",
        "idx_workflow_events_time",
    ];

    /// <summary>The four tables of the schema document, on a project that has columns of its own in what they refer to.</summary>
    private const string ExistingProject = """
        CREATE TABLE workspaces (id VARCHAR PRIMARY KEY, title TEXT NOT NULL, plan TEXT NOT NULL);
        CREATE TABLE users (id VARCHAR PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL);
        CREATE TABLE projects (id VARCHAR PRIMARY KEY, owner_id VARCHAR NOT NULL REFERENCES users(id));
        CREATE TABLE documents (id VARCHAR PRIMARY KEY, body TEXT NOT NULL, revision INTEGER NOT NULL);
        CREATE TABLE workflow_templates (
            id VARCHAR PRIMARY KEY, workspace_id VARCHAR REFERENCES workspaces(id), name VARCHAR NOT NULL, description TEXT, category VARCHAR,
            nodes_json JSONB NOT NULL DEFAULT '[]', edges_json JSONB NOT NULL DEFAULT '[]', default_params_json JSONB,
            is_system BOOLEAN DEFAULT FALSE, usage_count INTEGER DEFAULT 0, created_by VARCHAR REFERENCES users(id),
            created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(), updated_at TIMESTAMP WITH TIME ZONE);
        CREATE TABLE workflow_executions (
            id VARCHAR PRIMARY KEY, template_id VARCHAR REFERENCES workflow_templates(id) NOT NULL, project_id VARCHAR REFERENCES projects(id) NOT NULL,
            workspace_id VARCHAR REFERENCES workspaces(id) NOT NULL, user_id VARCHAR REFERENCES users(id) NOT NULL,
            status VARCHAR DEFAULT 'pending', config_json JSONB DEFAULT '{}', progress_percent INTEGER DEFAULT 0, current_node_id VARCHAR,
            error_message TEXT, total_cost NUMERIC(10, 6) DEFAULT 0.0, started_at TIMESTAMP WITH TIME ZONE, completed_at TIMESTAMP WITH TIME ZONE,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW());
        CREATE TABLE agent_jobs (
            id VARCHAR PRIMARY KEY, execution_id VARCHAR REFERENCES workflow_executions(id) NOT NULL, node_id VARCHAR NOT NULL,
            job_type VARCHAR NOT NULL, status VARCHAR DEFAULT 'pending', input_data_json JSONB, output_data_json JSONB, error_message TEXT,
            tokens_used INTEGER DEFAULT 0, started_at TIMESTAMP WITH TIME ZONE, completed_at TIMESTAMP WITH TIME ZONE,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW());
        CREATE TABLE document_attachments (
            id VARCHAR PRIMARY KEY, document_id VARCHAR REFERENCES documents(id) NOT NULL, image_id VARCHAR REFERENCES documents(id) NOT NULL,
            is_primary BOOLEAN DEFAULT FALSE, attachment_order INTEGER DEFAULT 0,
            created_by_workflow_id VARCHAR REFERENCES workflow_executions(id));

        INSERT INTO workspaces VALUES ('acme', 'Acme', 'pro');
        INSERT INTO users VALUES ('ada', 'ada@example.org', 'secret');
        INSERT INTO projects VALUES ('launch', 'ada');
        INSERT INTO documents VALUES ('doc-1', 'Text', 3), ('img-1', '', 1);
        INSERT INTO workflow_templates (id, workspace_id, name, created_by) VALUES ('tpl-1', 'acme', 'Old', 'ada');
        INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status)
        VALUES ('exec-1', 'tpl-1', 'launch', 'acme', 'ada', 'completed');
        INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status) VALUES ('job-1', 'exec-1', 'node-1', 'generate_copy', 'completed');
        INSERT INTO document_attachments VALUES ('att-1', 'doc-1', 'img-1', TRUE, 0, 'exec-1');
        """;

    [Fact]
    public async Task An_empty_database_gets_every_documented_table_and_index()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        Assert.NotEmpty(await MigrateAsync(database));

        Assert.Empty(s_tables.Except(await TablesAsync(database)));
        Assert.Empty(
            s_indexes.Except(await database.QueryAsync<string>("SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public'")));
        Assert.Equal(
            ["default", "default", "default"],
            await database.QueryAsync<string>(
                "SELECT id FROM workspaces UNION ALL SELECT id FROM users UNION ALL SELECT id FROM projects"));
    }

    [Fact]
    public async Task Running_it_again_changes_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await MigrateAsync(database);
        var columns = await ColumnsAsync(database);

        Assert.Empty(await MigrateAsync(database));
        Assert.Equal(columns, await ColumnsAsync(database));
    }

    [Fact]
    public async Task Of_several_that_run_it_at_once_one_does_it_and_the_others_wait()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        var ran = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MigrateAsync(database))));

        Assert.Single(ran, scripts => scripts.Count > 0);
        Assert.Empty(s_tables.Except(await TablesAsync(database)));
    }

    [Fact]
    public async Task On_a_database_that_is_up_to_date_nobody_waits_for_who_holds_the_lock()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var holder = await HoldLockAsync(database);

        Assert.Empty(await MigrateAsync(database));
    }

    [Fact]
    public async Task Who_waits_for_another_one_that_migrates_gives_up_after_a_while_or_finds_that_it_is_done()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var holder = await HoldLockAsync(database);
        const string last = "SELECT max(scriptname) FROM workflow_schema_versions";
        var script = (await database.QueryAsync<string>(last)).Single();
        await database.ExecuteAsync($"DELETE FROM workflow_schema_versions WHERE scriptname = ({last})");

        var impatient = new Migrator(NullLogger<Migrator>.Instance) { Patience = TimeSpan.FromMilliseconds(1) };
        var refused = await Assert.ThrowsAsync<MigrationException>(
            () => impatient.MigrateAsync(database.ConnectionString, TestContext.Current.CancellationToken));
        Assert.Contains("Another process", refused.Message, StringComparison.Ordinal);

        var waiting = MigrateAsync(database);
        await database.ExecuteAsync("INSERT INTO workflow_schema_versions (scriptname, applied) VALUES ($1, now())", script);
        Assert.Empty(await waiting);
    }

    [Fact]
    public async Task A_project_that_has_its_tables_with_rows_is_only_added_to()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await database.ExecuteAsync(ExistingProject);
        var tables = await TablesAsync(database);
        var columns = await ColumnsAsync(database);
        var rows = await RowsAsync(database, columns);

        await MigrateAsync(database);

        Assert.Empty(s_tables.Except(await TablesAsync(database)));
        Assert.Empty(columns.Except(await ColumnsAsync(database)));
        Assert.Equal(rows, await RowsAsync(database, columns));
        Assert.Equal(tables.Count, rows.Select(row => row.Split(' ')[0]).Distinct().Count());
        // The project's own statements, which know nothing of new columns, go on working.
        await database.ExecuteAsync("INSERT INTO documents VALUES ('doc-2', 'More', 1)");
        await database.ExecuteAsync(
            "INSERT INTO agent_jobs (id, execution_id, node_id, job_type) VALUES ('job-2', 'exec-1', 'node-2', 'merge')");
    }

    [Fact]
    public async Task The_document_s_own_migration_script_may_have_run_before()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await database.ExecuteAsync(ExistingProject);
        await database.ExecuteAsync("""
            CREATE TABLE workflow_execution_metrics (
                id VARCHAR PRIMARY KEY, execution_id VARCHAR NOT NULL REFERENCES workflow_executions(id), total_duration_seconds INTEGER,
                total_tokens_used INTEGER DEFAULT 0, total_api_calls INTEGER DEFAULT 0, total_cost_usd NUMERIC(10, 6) DEFAULT 0.0,
                cost_breakdown JSONB, node_stats JSONB, created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW());
            CREATE INDEX idx_executions_id_status ON workflow_executions(id, status);
            """);

        await MigrateAsync(database);

        Assert.Contains("workflow_execution_metrics.max_memory_mb integer", await ColumnsAsync(database));
    }

    [Fact]
    public async Task Errors_have_an_index_of_their_text_where_the_extension_for_it_may_be_created()
    {
        const string found = "SELECT indexname::text FROM pg_indexes WHERE indexname = 'idx_executions_error_text'";
        await using var ample = await postgres.CreateDatabaseAsync(isMigrated: false);
        await using var narrow = await postgres.CreateDatabaseAsync(isMigrated: false);
        await using var plain = await TestRole.CreateAsync(narrow);
        await narrow.ExecuteAsync($"GRANT ALL ON SCHEMA public TO {plain.Name}");

        await MigrateAsync(ample);
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(plain.ConnectionString, TestContext.Current.CancellationToken);

        if ((await ample.QueryAsync<string>("SELECT name::text FROM pg_available_extensions WHERE name = 'pg_trgm'")).Count == 0)
            Assert.Skip("This PostgreSQL was installed without pg_trgm.");
        Assert.Single(await ample.QueryAsync<string>(found));
        Assert.Empty(await narrow.QueryAsync<string>(found));
        await ample.ExecuteAsync(
            """
            INSERT INTO workflow_templates (id, name) VALUES ('tpl', 'Template');
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, error_message)
            SELECT 'exec-' || n, 'tpl', 'default', 'default', 'default', 'failed', 'Nothing came of ' || md5(n::text) FROM generate_series(1, 5000) n
            """);
        // What is new waits in a list until then.
        await ample.ExecuteAsync("VACUUM ANALYZE workflow_executions");
        Assert.Contains(
            await ample.QueryAsync<string>(
                "EXPLAIN SELECT id FROM workflow_executions WHERE status = 'failed' AND error_message ILIKE '%zebra%'"),
            line => line.Contains("idx_executions_error_text", StringComparison.Ordinal));
    }

    /// <summary>A session that migrates, as others see it.</summary>
    private static async Task<NpgsqlConnection> HoldLockAsync(TestDatabase database)
    {
        var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand($"SELECT pg_advisory_lock({0x57F0_0001})", connection);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static Task<IReadOnlyList<string>> MigrateAsync(TestDatabase database) =>
        new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(database.ConnectionString, TestContext.Current.CancellationToken);

    private static Task<IReadOnlyList<string>> TablesAsync(TestDatabase database) =>
        database.QueryAsync<string>("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");

    private static Task<IReadOnlyList<string>> ColumnsAsync(TestDatabase database) => database.QueryAsync<string>("""
        SELECT table_name || '.' || column_name || ' ' || data_type
        FROM information_schema.columns
        WHERE table_schema = 'public'
        ORDER BY 1
        """);

    /// <summary>All rows of these columns.</summary>
    private static async Task<IReadOnlyList<string>> RowsAsync(TestDatabase database, IReadOnlyList<string> columns)
    {
        var rows = new List<string>();
        foreach (var table in columns.Select(column => column.Split('.', ' ')).GroupBy(parts => parts[0], parts => parts[1]))
            rows.AddRange(
                await database.QueryAsync<string>(
                    $"SELECT '{table.Key} ' || to_jsonb(t)::text FROM (SELECT {string.Join(", ", table)} FROM {table.Key} ORDER BY id) t"));
        return rows;
    }
}
