using System.Text.Json;
using Npgsql;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary>What a claim reads, by the pages that PostgreSQL says it has touched.</summary>
public class TaskClaimTests(PostgresFixture postgres)
{
    private const int Claimed = 5;

    /// <summary>Tasks of ten workspaces and names; those that a claim comes upon have jobs that wait for them.</summary>
    private const string Fill = """
        INSERT INTO workspaces (id, name) SELECT 'w' || i, 'W' FROM generate_series(0, 9) AS i ON CONFLICT DO NOTHING;
        INSERT INTO workflow_templates (id, name) VALUES ('tpl', 'Work') ON CONFLICT DO NOTHING;
        INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status)
        VALUES ('exec', 'tpl', 'default', 'default', 'default', 'running') ON CONFLICT DO NOTHING;
        TRUNCATE workflow_tasks;
        INSERT INTO workflow_tasks (task_id, execution_id, workspace_id, signal, name, queue, args, kwargs, attempt, max_attempts, heartbeat_seconds, turn)
        SELECT 'exec:' || i, 'exec', 'w' || i % 10, 'task:' || i, 'n' || i % 10, 'default', '[]', '{}', 1, 1, 3600, i FROM generate_series(1, {0}) AS i;
        INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status, waits_for)
        SELECT 'exec:' || i, 'exec', i, 'task', 'waiting', jsonb_build_object('signal', 'task:' || i) FROM generate_series(1, 1000) AS i
        ON CONFLICT DO NOTHING;
        """;

    [Fact]
    public async Task A_claim_reads_no_more_where_a_hundred_thousand_tasks_wait_than_where_a_hundred_do()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        // Plans are kept for a session, and this one's were made when nothing was there.
        for (var i = 0; i < 10; i++)
            await ClaimAsync(connection);

        await database.ExecuteAsync(Fill.Replace("{0}", "100", StringComparison.Ordinal));
        var few = await ClaimAsync(connection);
        await database.ExecuteAsync(Fill.Replace("{0}", "100000", StringComparison.Ordinal));
        var many = await ClaimAsync(connection);

        foreach (var (of100, of100000) in few.Zip(many))
        {
            Assert.Equal((Claimed, Claimed), (of100.Rows, of100000.Rows));
            // A level more in each index, and what was claimed before at the front of it; a thousand times as many would be read otherwise.
            Assert.True(of100000.Pages < 4 * of100.Pages, $"{of100.Pages} pages of a hundred, {of100000.Pages} of a hundred thousand");
        }
    }

    /// <summary>Claims of a queue, of a name, of a workspace, and of a name in a workspace.</summary>
    private static async Task<IReadOnlyList<(int Rows, int Pages)>> ClaimAsync(NpgsqlConnection connection) =>
    [
        await ClaimAsync(connection, "NULL", "NULL"), await ClaimAsync(connection, "'{n3}'", "NULL"),
        await ClaimAsync(connection, "NULL", "'{w7}'"), await ClaimAsync(connection, "'{n5}'", "'{w5}'"),
    ];

    private static async Task<(int Rows, int Pages)> ClaimAsync(NpgsqlConnection connection, string names, string workspaces)
    {
        await using var command = new NpgsqlCommand(
            $"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM workflow_claim_tasks('w', '{{default}}', {Claimed}, {names}, "
                + $"{workspaces})",
            connection);
        var plan = JsonElement
            .Parse((string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!)[0]
            .GetProperty("Plan");
        return (
            (int)plan.GetProperty("Actual Rows").GetDouble(),
            plan.GetProperty("Shared Hit Blocks").GetInt32() + plan.GetProperty("Shared Read Blocks").GetInt32());
    }
}
