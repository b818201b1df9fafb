using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

/// <summary>
/// What a commit reads, on tables that were empty when its plans were made: the rows of its own executions, however many others run.
/// </summary>
public sealed class LookUpTests(PostgresFixture postgres)
{
    private const int Executions = 300;

    [Fact]
    public async Task A_commit_reads_the_rows_that_it_writes_and_not_those_of_all_that_run()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine());
        var template = await server.Client.SaveAsync(TestWorkflows.Working());
        var ids = new List<string>();
        for (var i = 0; i < Executions; i++)
            ids.Add(await server.Client.StartAsync(template));
        foreach (var id in ids)
            await server.Client.UntilAsync(id, "work", "waiting");
        await database.ExecuteAsync("SELECT workflow_complete_task(task_id) FROM workflow_tasks");
        foreach (var id in ids)
            Assert.Equal("completed", (await server.Client.RestAsync(id)).State);
        await server.StopAsync();

        // Read from one end to the other, there would be a hundred and more of them in each commit: 180,000. The leader's search reads those that
        // run every five seconds.
        Assert.Empty(await database.QueryAsync<string>(
            """
            SELECT name || ': ' || rows FROM (
                SELECT relname AS name, seq_tup_read AS rows FROM pg_stat_user_tables
                WHERE relname IN ('workflow_executions', 'workflow_checkpoints')
                UNION ALL
                SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes
                WHERE indexrelname IN ('idx_executions_not_completed', 'idx_executions_sweep', 'idx_checkpoints_execution_latest')) reads
            WHERE rows > $1
            """,
            30L * Executions));
    }
}
