using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

public class RetentionTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("completed", "12 months")]
    [InlineData("failed", "6 months")]
    [InlineData("cancelled", "6 months")]
    [InlineData("paused", "30 days")]
    [InlineData("pending", "7 days")]
    public async Task An_execution_goes_when_its_status_has_stayed_as_long_as_the_document_says(string status, string period)
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("old", status, $"{period} 24 hours");
        await keeper.AddAsync("young", status, $"{period} -24 hours");

        await RunAsync(keeper);

        Assert.Equal(["young"], await keeper.ExecutionsAsync());
        foreach (var table in Keeper.Tables)
            Assert.True(await keeper.CountArchivedAsync(table) > 0, table);
    }

    [Fact]
    public async Task A_running_execution_never_goes()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("long", "running", "5 years");
        await keeper.AddAsync("other", "of another application", "5 years");

        await RunAsync(keeper);

        Assert.Equal(["long", "other"], await keeper.ExecutionsAsync());
        Assert.Equal(4, await keeper.CountAsync("agent_jobs"));
    }

    [Fact]
    public async Task A_delivery_that_was_not_taken_yet_outlives_its_execution_until_it_is()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("old", "completed", "13 months");
        await keeper.AddAsync("young", "completed", "1 day");
        await keeper.Database.ExecuteAsync(
            """
            INSERT INTO workflow_deliveries (execution_id, workspace_id, url, event_type, event, status)
            SELECT id, 'default', 'https://example.com', 'execution.completed', jsonb_build_object('says', status), status
            FROM unnest(ARRAY['old', 'young']) AS id, unnest(ARRAY['pending', 'delivered', 'failed']) AS status
            """);

        await RunAsync(keeper);
        Assert.Equal(["old pending", "young delivered", "young failed", "young pending"], await DeliveriesAsync());

        await keeper.Database.ExecuteAsync("UPDATE workflow_deliveries SET status = 'delivered' WHERE status = 'pending'");
        await RunAsync(keeper);
        Assert.Equal(["young delivered", "young failed", "young pending"], await DeliveriesAsync());

        Task<IReadOnlyList<string>> DeliveriesAsync() =>
            keeper.Database.QueryAsync<string>("SELECT execution_id || ' ' || (event ->> 'says') FROM workflow_deliveries ORDER BY 1");
    }

    [Fact]
    public async Task An_execution_that_ran_long_counts_from_its_end_and_one_that_was_resumed_from_then()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("ended-lately", "completed", "3 years");
        await keeper.AddAsync("resumed-lately", "pending", "3 years");
        await keeper.AddAsync("paused-lately", "paused", "3 years");
        await keeper.Database.ExecuteAsync(
            "UPDATE workflow_executions SET completed_at = NOW() - interval '11 months' WHERE id = 'ended-lately'");
        await keeper.Database.ExecuteAsync(
            "UPDATE workflow_executions SET updated_at = NOW() - interval '1 day' WHERE id <> 'ended-lately'");

        await RunAsync(keeper);

        Assert.Equal(["ended-lately", "paused-lately", "resumed-lately"], await keeper.ExecutionsAsync());
    }

    [Fact]
    public async Task Old_events_and_metrics_of_executions_that_stay_go_alone()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("long", "running", "13 months");
        await keeper.AddAsync("fresh", "running", "80 days");

        var report = await RunAsync(keeper);

        Assert.Equal(["workflow_execution_events", "workflow_execution_metrics"], report.Tables.Select(line => line.Table));
        Assert.Equal(3, report.TotalRows);
        Assert.Equal(["fresh", "fresh"], await keeper.Database.QueryAsync<string>("SELECT execution_id FROM workflow_execution_events"));
        Assert.Equal(["fresh"], await keeper.Database.QueryAsync<string>("SELECT execution_id FROM workflow_execution_metrics"));
        Assert.Equal(["fresh", "long"], await keeper.ExecutionsAsync());
    }

    [Fact]
    public async Task Rows_go_unchanged_into_the_archive_of_the_quarter_in_which_they_were_made()
    {
        await using var keeper = await Keeper.CreateAsync(postgres, ("Retention:BatchSize", "7"));
        await keeper.AddManyAsync(100);
        var before = await keeper.AllRowsAsync();

        var report = await RunAsync(keeper);

        Assert.Equal(before, await keeper.AllRowsAsync());
        foreach (var table in Keeper.Tables)
            Assert.Equal(0, await keeper.CountAsync(table));
        Assert.Equal(
            ["workflow_executions_archive_2021_q1", "workflow_executions_archive_2021_q2"],
            await keeper.ArchivesOfAsync("workflow_executions"));
        Assert.Equal(["agent_jobs_archive_2021_q1", "agent_jobs_archive_2021_q2"], await keeper.ArchivesOfAsync("agent_jobs"));
        Assert.Equal(before.Count, report.TotalRows);
        foreach (var line in report.Tables)
        {
            Assert.Equal(line.Rows, await keeper.CountAsync(line.ArchiveTable!));
            Assert.Empty(
                await keeper.Database.QueryAsync<DateTime>(
                    $"SELECT created_at FROM {line.ArchiveTable} WHERE to_char(created_at AT TIME ZONE 'UTC', 'YYYY\"_q\"Q') <> $1",
                    line.Quarter));
        }
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_says_what_a_run_then_does()
    {
        await using var keeper = await Keeper.CreateAsync(postgres, ("Retention:BatchSize", "3"));
        await keeper.AddManyAsync(20);
        await keeper.AddAsync("failed", "failed", "9 months");
        await keeper.AddAsync("long", "running", "2 years");
        await AttachAsync(keeper, "old-1");
        var before = await keeper.AllRowsAsync();

        var foreseen = await keeper.Retention.PreviewAsync(TestContext.Current.CancellationToken);

        Assert.True(foreseen.DryRun);
        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Empty(await keeper.ArchivesOfAsync("workflow_executions"));
        var done = await RunAsync(keeper);
        Assert.Equal(done.Tables, foreseen.Tables);
        Assert.Equal(1, foreseen.AttachmentsDetached);
        Assert.Equal(1, done.AttachmentsDetached);
        Assert.Equal(0, (await RunAsync(keeper)).TotalRows);
    }

    [Fact]
    public async Task Attachments_stay_when_the_workflow_that_made_them_goes()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("old", "completed", "2 years");
        await keeper.AddAsync("young", "completed", "2 days");
        await AttachAsync(keeper, "old");
        await AttachAsync(keeper, "young");

        await RunAsync(keeper);

        Assert.Equal(
            ["old:none", "young:young"],
            await keeper.Database.QueryAsync<string>(
                "SELECT id || ':' || COALESCE(created_by_workflow_id, 'none') FROM document_attachments ORDER BY id"));
        Assert.Equal(["image", "post"], await keeper.Database.QueryAsync<string>("SELECT id FROM documents ORDER BY id"));
    }

    [Fact]
    public async Task An_archive_takes_rows_with_columns_that_came_after_it()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("first", "completed", "2 years");
        await RunAsync(keeper);
        await keeper.Database.ExecuteAsync(
            "ALTER TABLE workflow_executions ADD COLUMN \"Team name\" VARCHAR(20) NOT NULL DEFAULT 'none', DROP COLUMN nodes_total");
        await keeper.AddAsync("second", "completed", "2 years");
        await keeper.Database.ExecuteAsync("UPDATE workflow_executions SET \"Team name\" = 'blue'");

        await RunAsync(keeper);

        var archive = Assert.Single(await keeper.ArchivesOfAsync("workflow_executions"));
        Assert.Equal(
            ["first:", "second:blue"],
            await keeper.Database.QueryAsync<string>($"SELECT id || ':' || COALESCE(\"Team name\", '') FROM {archive} ORDER BY id"));
    }

    [Fact]
    public async Task An_execution_is_brought_back_from_the_archive_whole()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddManyAsync(10);
        var before = await keeper.AllRowsAsync();
        await RunAsync(keeper);
        await keeper.Database.ExecuteAsync("ALTER TABLE agent_jobs ADD COLUMN note TEXT");

        foreach (var table in Keeper.Tables)
        {
            foreach (var archive in await keeper.ArchivesOfAsync(table))
            {
                var key = table == "workflow_executions" ? "id" : "execution_id";
                await keeper.Database.ExecuteAsync(
                    $"WITH gone AS (DELETE FROM {archive} WHERE {key} = 'old-7' RETURNING *) INSERT INTO {table} SELECT * FROM gone");
            }
        }

        await keeper.Database.ExecuteAsync("ALTER TABLE agent_jobs DROP COLUMN note");
        Assert.Equal(["old-7"], await keeper.ExecutionsAsync());
        Assert.Equal(2, await keeper.CountAsync("agent_jobs"));
        Assert.Equal(2, await keeper.CountAsync("workflow_execution_events"));
        Assert.Equal(before, await keeper.AllRowsAsync());
    }

    [Fact]
    public async Task An_execution_that_another_table_refers_to_stays_and_the_others_go()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddManyAsync(10);
        await keeper.Database.ExecuteAsync("CREATE TABLE comments (execution_id VARCHAR REFERENCES workflow_executions(id))");
        await keeper.Database.ExecuteAsync("INSERT INTO comments VALUES ('old-4')");

        var report = await RunAsync(keeper);

        Assert.Equal(["old-4"], await keeper.ExecutionsAsync());
        Assert.Equal(2, (await keeper.Database.QueryAsync<string>("SELECT id FROM agent_jobs")).Count);
        var held = Assert.Single(report.Held);
        Assert.Equal("old-4", held.ExecutionId);
        Assert.Contains("comments", held.Reason, StringComparison.Ordinal);
        Assert.Equal(9, await keeper.CountArchivedAsync("workflow_executions"));
    }

    [Fact]
    public async Task An_execution_that_someone_works_on_is_passed_over()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddManyAsync(3);
        await using (await HoldAsync(keeper, "SELECT id FROM workflow_executions WHERE id = 'old-2' FOR NO KEY UPDATE"))
        {
            await RunAsync(keeper);
            Assert.Equal(["old-2"], await keeper.ExecutionsAsync());
        }

        await RunAsync(keeper);
        Assert.Empty(await keeper.ExecutionsAsync());
    }

    [Fact]
    public async Task A_batch_of_which_a_row_stays_locked_waits_for_the_next_run_and_the_others_go()
    {
        await using var keeper = await Keeper.CreateAsync(postgres, ("Retention:BatchSize", "2"));
        await keeper.AddManyAsync(6);
        await using (await HoldAsync(keeper, "SELECT id FROM agent_jobs WHERE id = 'old-3:a' FOR UPDATE"))
        {
            var report = await RunAsync(keeper);

            Assert.Equal(2, report.HeldCount);
            Assert.Equal(["old-3", "old-4"], await keeper.ExecutionsAsync());
            Assert.Equal(4, await keeper.CountAsync("agent_jobs"));
        }

        Assert.Equal(0, (await RunAsync(keeper)).HeldCount);
        Assert.Empty(await keeper.ExecutionsAsync());
    }

    [Fact]
    public async Task Only_one_runs_at_a_time()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddManyAsync(1);
        await using var other = await HoldAsync(keeper, "SELECT pg_advisory_xact_lock(x'57F00003'::int)");

        await Assert.ThrowsAsync<MaintenanceBusyException>(() => RunAsync(keeper));
        Assert.Equal(["old-1"], await keeper.ExecutionsAsync());
    }

    [Fact]
    public async Task What_is_never_to_go_stays()
    {
        string[] keys = ["Completed", "Failed", "Cancelled", "Paused", "Pending", "Events", "Metrics"];
        await using var keeper = await Keeper.CreateAsync(postgres, keys.Select(key => ($"Retention:{key}", "never")));
        foreach (var status in (string[])["completed", "failed", "cancelled", "paused", "pending"])
            await keeper.AddAsync(status, status, "20 years");

        Assert.Equal(0, (await RunAsync(keeper)).TotalRows);
        Assert.Equal(0, (await keeper.Retention.PreviewAsync(TestContext.Current.CancellationToken)).TotalRows);
        Assert.Equal(5, (await keeper.ExecutionsAsync()).Count);
    }

    [Fact]
    public async Task Wrong_settings_are_all_named()
    {
        await using var keeper = await Keeper.CreateAsync(
            postgres,
            ("Retention:Completed", "a year"), ("Retention:Paused", "0 days"), ("Retention:Events", "-3 months"),
            ("Retention:Failed", "99999999 days"), ("Retention:BatchSize", "0"), ("Retention:Cron", "at night"));

        var exception = Assert.Throws<OptionsValidationException>(() => keeper.Get<IOptions<RetentionOptions>>().Value);

        Assert.Equal(
            ["Retention:Completed", "Retention:Failed", "Retention:Paused", "Retention:Events", "Retention:BatchSize", "Retention:Cron"],
            exception.Failures.Select(failure => failure.Split(' ')[0]));
    }

    private static Task<RetentionReport> RunAsync(Keeper keeper) => keeper.Retention.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Runs a statement in a transaction that stays open until it is disposed of.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(Keeper keeper, string sql)
    {
        var connection = new NpgsqlConnection(keeper.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task AttachAsync(Keeper keeper, string executionId)
    {
        await keeper.Database.ExecuteAsync("INSERT INTO documents (id) VALUES ('post'), ('image') ON CONFLICT DO NOTHING");
        await keeper.Database.ExecuteAsync(
            "INSERT INTO document_attachments (id, document_id, image_id, created_by_workflow_id) VALUES ($1, 'post', 'image', $1)",
            executionId);
    }
}
