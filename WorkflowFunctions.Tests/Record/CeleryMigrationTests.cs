using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

/// <summary>The existing project moves to this system.</summary>
public class CeleryMigrationTests(PostgresFixture postgres)
{
    private const string Columns = """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '')
        FROM information_schema.columns
        WHERE table_schema = 'public'
        ORDER BY 1
        """;

    /// <summary>Columns with their types, and indexes; not those of partitions, which only a table has that the migrations made.</summary>
    private const string Names = """
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'i', 'I') AND NOT c.relispartition
          AND c.relname <> 'workflow_execution_events_pkey'
        ORDER BY 1
        """;

    /// <summary>The document's queries, with the executions that the first four are asked for.</summary>
    private static readonly string[] s_queries =
    [
        "1. Get Execution with All Node Jobs", "2. Get Execution Progress with Current Node",
        "3. Get Resumable State (All Completed Nodes)", "4. Cost and Token Summary by Node Type",
    ];

    private static readonly string[] s_executions =
    [
        "done", "broken", "stopped", "held", "held-long", "at-work", "queued", "queued-own", "queued-object", "queued-nothing", "odd",
        "blank",
    ];

    [Fact]
    public async Task No_existing_row_or_column_changes_and_the_document_s_queries_answer_as_before()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await CeleryProject.CreateAsync(database);
        var columns = await database.QueryAsync<string>(Columns);
        var rows = await RowsAsync(database, columns);
        var answers = await AnswersAsync(database, columns);

        await CeleryProject.MigrateAsync(database);

        Assert.Empty(columns.Except(await database.QueryAsync<string>(Columns)));
        Assert.Equal(rows, await RowsAsync(database, columns));
        Assert.Equal(answers, await AnswersAsync(database, columns));
        Assert.Equal(8, rows.Select(row => row.Split(' ')[0]).Distinct().Count());
    }

    [Fact]
    public async Task The_project_goes_on_inserting_as_it_did()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);

        await database.ExecuteAsync("""
            INSERT INTO workspaces VALUES ('new', 'New', 'free');
            INSERT INTO users VALUES ('eve', 'eve@example.org', 'z');
            INSERT INTO projects VALUES ('next', 'new', 'eve');
            INSERT INTO documents VALUES ('doc-2', 'More', 1, 'eve');
            INSERT INTO workflow_templates (id, name) VALUES ('tpl-new', 'New');
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status)
            VALUES ('by-worker', 'tpl-new', 'next', 'new', 'eve', 'running');
            INSERT INTO agent_jobs (id, execution_id, node_id, job_type) VALUES ('job-new', 'by-worker', 'node-1', 'input');
            UPDATE workflow_executions SET status = 'completed', completed_at = NOW() WHERE id = 'by-worker';
            DELETE FROM agent_jobs WHERE id = 'job-new';
            DELETE FROM workflow_executions WHERE id = 'by-worker';
            """);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_document_s_four_steps_and_the_migrations_come_in_either_order(bool documentFirst)
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await using var reference = await postgres.CreateDatabaseAsync(isMigrated: false);
        foreach (var each in new[] { database, reference })
            await CeleryProject.CreateAsync(each);
        await CeleryProject.MigrateAsync(reference);

        if (documentFirst)
        {
            await RunFourStepsAsync(database);
            await CeleryProject.MigrateAsync(database);
        }
        else
        {
            await CeleryProject.MigrateAsync(database);
            await RunFourStepsAsync(database);
        }

        Assert.Equal(await reference.QueryAsync<string>(Names), await database.QueryAsync<string>(Names));
    }

    [Fact]
    public async Task The_api_shows_the_old_executions_and_templates_whatever_is_in_them()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());

        var list = await OkAsync(server, "/api/executions?limit=200");
        Assert.Equal(s_executions.Order(), list["items"].EnumerateArray().Select(row => row.GetProperty("id").GetString()!).Order());
        foreach (var id in s_executions)
        {
            foreach (var part in new[] { "", "/progress", "/state", "/usage", "/events", "/checkpoints", "/metrics" })
                await OkAsync(server, $"/api/executions/{id}{part}");
        }

        var templates = await OkAsync(server, "/api/templates");
        Assert.Equal(5, templates["items"].GetArrayLength());
        foreach (var template in templates["items"].EnumerateArray())
            await OkAsync(server, $"/api/templates/{template.GetProperty("id").GetString()}");
        await OkAsync(server, "/api/workspaces/active");
        await OkAsync(server, "/api/analytics/executions");
    }

    [Fact]
    public async Task The_engine_runs_a_stored_template_and_takes_up_what_was_left()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);
        await using var server = await ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine());

        var started = await server.Client.PostAsync(
            "/api/executions",
            new { template_id = "tpl-launch", project_id = "launch", user_id = "ada", @params = new { topic = "coffee" } });
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        var ended = await CompletedAsync(server, started.Id);
        Assert.Equal("acme", ended["workspace_id"].GetString());
        Assert.NotEmpty(ended["outputs"].GetProperty("node-3").GetProperty("post").GetString()!);

        // What another worker had completed is not run again; what it was at is.
        var atWork = await CompletedAsync(server, "at-work");
        Assert.Equal(100, atWork["progress_percent"].GetInt32());
        Assert.DoesNotContain("at-work:node-1", atWork["jobs"].EnumerateArray().Select(job => job.GetProperty("job_id").GetString()));

        // The template's default params are those of a row that has none of its own.
        Assert.Equal("tea", (await CompletedAsync(server, "queued"))["config_json"].GetProperty("params").GetProperty("topic").GetString());
        foreach (var id in new[] { "queued-own", "queued-object", "queued-nothing" })
        {
            var failed = await server.Client.RestAsync(id);
            Assert.Equal("failed", failed.State);
            Assert.StartsWith("The template cannot be run", failed["error_message"].GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(
            ["blank ", "broken failed", "done completed", "held paused", "held-long paused", "odd timed_out", "stopped cancelled"],
            await database.QueryAsync<string>("""
                SELECT id || ' ' || COALESCE(status, '') FROM workflow_executions
                WHERE id IN ('blank', 'broken', 'done', 'held', 'held-long', 'odd', 'stopped') ORDER BY id
                """));
    }

    [Fact]
    public async Task One_that_was_paused_goes_on_when_it_is_resumed()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await CeleryProject.CreateAsync(database);
        await database.ExecuteAsync("""
            INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status, output_data_json, completed_at) VALUES
                ('held-1', 'held', 'node-1', 'input', 'completed', '{"topic": "tea"}', NOW()),
                ('held-2', 'held', 'node-2', 'generate_copy', 'completed', '{"text": "First"}', NOW() - INTERVAL '1 hour'),
                ('held-3', 'held', 'node-2', 'generate_copy', 'completed', '{"text": "Second"}', NOW())
            """);
        await CeleryProject.MigrateAsync(database);
        await using var server = await ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine());

        Assert.Equal(HttpStatusCode.Accepted, (await server.Client.PostAsync("/api/executions/held/resume")).Status);

        var ended = await CompletedAsync(server, "held");
        Assert.Equal("Second", ended["outputs"].GetProperty("node-3").GetProperty("post").GetString());
        Assert.Equal(
            """["node-1","node-2","node-3"]""",
            (await server.Client.GetAsync("/api/executions/held/state"))["completed_node_ids"].GetRawText());
    }

    private static async Task<ApiAnswer> CompletedAsync(ApiServer server, string executionId)
    {
        var answer = await server.Client.RestAsync(executionId);
        Assert.True(answer.State == "completed", answer.Json.ToString());
        return answer;
    }

    private static async Task<ApiAnswer> OkAsync(ApiServer server, string path)
    {
        var answer = await server.Client.GetAsync(path);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{path}: {answer.Status} {answer.Json}");
        return answer;
    }

    /// <summary>Runs the script of "Migration path"; what is there already it leaves alone.</summary>
    private static async Task RunFourStepsAsync(TestDatabase database)
    {
        foreach (var statement in SchemaDocument.Statements("For Existing Project"))
        {
            await database.ExecuteAsync(statement
                .Replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", StringComparison.Ordinal)
                .Replace("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", StringComparison.Ordinal));
        }
    }

    /// <summary>All rows, of these columns only.</summary>
    private static async Task<IReadOnlyList<string>> RowsAsync(TestDatabase database, IReadOnlyList<string> columns)
    {
        var rows = new List<string>();
        foreach (var table in columns.Select(column => column.Split('.', ' ')).GroupBy(parts => parts[0], parts => parts[1]))
            rows.AddRange(
                await database.QueryAsync<string>(
                    $"SELECT '{table.Key} ' || to_jsonb(t)::text FROM (SELECT {string.Join(", ", table)} FROM {table.Key} ORDER BY id) t"));
        return rows;
    }

    /// <summary>The answers of the document's queries, or PostgreSQL's refusals. Query 1 has new columns, which are left out.</summary>
    private static async Task<IReadOnlyList<string>> AnswersAsync(TestDatabase database, IReadOnlyList<string> columns)
    {
        string[] known =
        [
            .. columns
                .Where(column => column.StartsWith("workflow_executions.", StringComparison.Ordinal))
                .Select(column => column.Split('.', ' ')[1]),
        ];
        var answers = new List<string>();
        foreach (var query in s_queries.SelectMany(SchemaDocument.Statements))
        {
            foreach (var id in s_executions)
                answers.AddRange(await AnswerAsync(database, query, known, id));
        }

        answers.AddRange(await AnswerAsync(database, SchemaDocument.Statements("5. Active Executions per Workspace")[0], known, null));
        return answers;
    }

    private static async Task<IReadOnlyList<string>> AnswerAsync(TestDatabase database, string query, string[] known, string? id)
    {
        // The time that passes between two answers is none of the migration's.
        var timeless = query.Replace("EXTRACT(EPOCH FROM (NOW() - j.started_at))", "j.started_at", StringComparison.Ordinal);
        var added = (
            await database.QueryAsync<string>(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'workflow_executions'"))
            .Except(known)
            .ToArray();
        try
        {
            return await database.QueryAsync<string>(
                $"WITH answer AS ({timeless}) SELECT (to_jsonb(answer) - ${(id is null ? 1 : 2)}::text[])::text FROM answer",
                id is null ? [added] : [id, added]);
        }
        catch (Npgsql.PostgresException refusal)
        {
            return [refusal.SqlState];
        }
    }
}
