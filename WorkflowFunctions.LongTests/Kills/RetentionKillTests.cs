using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Maintenance;

namespace WorkflowFunctions.LongTests.Kills;

public class RetentionKillTests(PostgresFixture postgres, AzuriteFixture azurite)
{
    private const int Kills = 10;
    private const int Executions = 1200;

    [Fact]
    public async Task Killed_ten_times_in_the_middle_it_leaves_each_row_in_exactly_one_table()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddManyAsync(Executions);
        await keeper.AddAsync("long", "running", "2 years");
        await SlowDownAsync(keeper);
        var before = await keeper.AllRowsAsync();

        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Start(keeper);
            await KillInTheMiddleAsync(keeper, process);
            Assert.Equal(before, await keeper.AllRowsAsync());
            Assert.NotEqual(0, await keeper.CountArchivedAsync("agent_jobs"));
        }

        Assert.NotEqual(["long"], await keeper.ExecutionsAsync());
        using var last = Start(keeper);
        var (code, text) = await last.EndAsync();

        Assert.True(code == 0, text);
        Assert.Contains("rows are archived", text, StringComparison.Ordinal);
        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(["long"], await keeper.ExecutionsAsync());
        Assert.Equal(Executions, await keeper.CountArchivedAsync("workflow_executions"));
    }

    [Fact]
    public async Task Killed_ten_times_in_the_middle_it_leaves_each_row_in_the_table_or_in_one_blob()
    {
        await using var keeper = await BlobKeeper.CreateAsync(postgres, azurite, batchSize: 4);
        await keeper.Rows.AddManyAsync(Executions / 2);
        var before = await keeper.AllRowsAsync();

        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Start(keeper);
            await KillInTheMiddleAsync(keeper.Rows, process);
            Assert.Equal(before, await keeper.AllRowsAsync());
        }

        Assert.NotEmpty(await keeper.Rows.ExecutionsAsync());
        using var last = Start(keeper);
        var (code, text) = await last.EndAsync();

        Assert.True(code == 0, text);
        Assert.Empty(await keeper.Rows.ExecutionsAsync());
        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(await keeper.BlobsAsync(), await keeper.ArchivedBlobsAsync());
    }

    private static CommandProcess Start(BlobKeeper keeper) => CommandProcess.Start(
        ["retention", "--connection", keeper.Rows.Database.ConnectionString],
        keeper.Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)));

    private static CommandProcess Start(Keeper keeper) =>
        CommandProcess.Start(["retention", "--connection", keeper.Database.ConnectionString], ("Retention__BatchSize", "4"));

    /// <summary>Keeps each deletion waiting a little, so that a kill is likely to fall into one.</summary>
    private static async Task SlowDownAsync(Keeper keeper)
    {
        await keeper.Database.ExecuteAsync(
            "CREATE FUNCTION wait_a_little() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.003); RETURN NULL; END'");
        foreach (var table in Keeper.Tables)
            await keeper.Database.ExecuteAsync(
                $"CREATE TRIGGER waits BEFORE DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION wait_a_little()");
    }

    /// <summary>
    /// Waits until the process has archived something, and kills it at any moment after. PostgreSQL would bring the statement at hand to
    /// its end; its session is ended too, as when the machine goes down.
    /// </summary>
    private static async Task KillInTheMiddleAsync(Keeper keeper, CommandProcess process)
    {
        var there = await keeper.CountAsync("workflow_executions");
        while (process.IsRunning && await keeper.CountAsync("workflow_executions") == there)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        if (!process.IsRunning)
            Assert.Fail("It ended before it was killed: " + (await process.EndAsync()).Text);
        await Task.Delay(Random.Shared.Next(60), TestContext.Current.CancellationToken);
        await process.KillAsync();
        await keeper.Database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
                + "'workflow-functions'");
    }
}
