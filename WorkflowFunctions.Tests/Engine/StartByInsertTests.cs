using System.Net;
using System.Text.Json;
using Npgsql;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Engine;

/// <summary>An application that shares the database starts executions by inserting rows.</summary>
public class StartByInsertTests(PostgresFixture postgres)
{
    private const string Insert = """
        INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, config_json)
        VALUES ($1, $2, 'default', 'default', 'default', '{"params": {"topic": "ink"}}')
        """;

    [Fact]
    public async Task A_row_runs_once_it_is_committed_and_never_when_it_is_rolled_back()
    {
        await using var api = new ApiFixture(postgres);
        await api.InitializeAsync();
        var template = await api.Client.SaveAsync(TestWorkflows.Greeting());
        await using var connection = new NpgsqlConnection(api.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await InsertAsync(connection, "rolled-back", template);
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        }

        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await InsertAsync(connection, "committed", template);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        var answer = await api.Client.RestAsync("committed");
        Assert.Equal("completed", answer.State);
        Assert.Equal("Hello ink", answer["outputs"].GetProperty("greet").GetProperty("text").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.GetAsync("/api/executions/rolled-back")).Status);
        Assert.Empty(await api.Database.QueryAsync<string>("SELECT id FROM agent_jobs WHERE execution_id = 'rolled-back'"));
    }

    [Fact]
    public async Task What_others_insert_is_left_alone_as_long_as_another_system_runs_it()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Limits:InsertedExecutions"] = "false" });
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await InsertAsync(connection, "new", template);
        await InsertAsync(connection, "begun", template);
        await database.ExecuteAsync("UPDATE workflow_executions SET status = 'running', started_at = NOW() WHERE id = 'begun'");

        // Both are told to the engine, and would be ahead of what is started after them.
        await database.ExecuteAsync("SELECT workflow_notify_engine(id, NULL, NULL) FROM workflow_executions");
        var own = await server.Client.RestAsync(await server.Client.StartAsync(template));

        Assert.Equal("completed", own.State);
        Assert.Equal(["begun running", "new pending"], await database.QueryAsync<string>(
            "SELECT id || ' ' || status FROM workflow_executions WHERE template_version IS NULL ORDER BY id"));
        Assert.Empty(await database.QueryAsync<string>("SELECT id FROM agent_jobs WHERE execution_id IN ('new', 'begun')"));
    }

    [Fact]
    public async Task The_engine_is_told_of_committed_pending_rows_and_of_no_others()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("INSERT INTO workflow_templates (id, name) VALUES ('tpl', 'Empty')");
        await database.ExecuteAsync("INSERT INTO workflow_template_versions VALUES ('v1', '[]', '[]')");
        var told = new List<string>();
        await using var listener = new NpgsqlConnection(database.ConnectionString);
        await listener.OpenAsync(TestContext.Current.CancellationToken);
        listener.Notification += (_, notification) =>
            told.Add(JsonElement.Parse(notification.Payload).GetProperty("ExecutionId").GetString()!);
        await using (var listen = new NpgsqlCommand("LISTEN workflow_engine", listener))
            await listen.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await InsertAsync(connection, "rolled-back", "tpl");
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        }

        await InsertAsync(connection, new string('x', 9000), "tpl");
        await database.ExecuteAsync("""
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, template_version)
            VALUES ('draft', 'tpl', 'default', 'default', 'default', 'draft', NULL), ('accepted', 'tpl', 'default', 'default', 'default', 'pending', 'v1')
            """);
        await database.ExecuteAsync("UPDATE workflow_executions SET config_json = '{}' WHERE id = 'accepted'");
        // An application with a schema of its own in front.
        await using (var path = new NpgsqlCommand("CREATE SCHEMA app; SET search_path = app", connection))
            await path.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await InsertAsync(connection, "other's", "tpl", "public.");

        // Notifications come in the order of commits, so that none of an earlier one is still to come.
        while (told.Count == 0)
            await listener.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["other's"], told);
    }

    private static async Task InsertAsync(NpgsqlConnection connection, string id, string template, string schema = "")
    {
        await using var insert = new NpgsqlCommand(Insert.Replace("INTO ", "INTO " + schema, StringComparison.Ordinal), connection);
        insert.Parameters.Add(new() { Value = id });
        insert.Parameters.Add(new() { Value = template });
        await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
