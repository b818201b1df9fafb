using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Maintenance;

namespace WorkflowFunctions.LongTests.Kills;

/// <summary>Partitioning that is killed at every stage.</summary>
public class ConversionKillTests(PostgresFixture postgres)
{
    private const int Executions = 60_000;

    /// <summary>How far it is when it is killed, as a condition.</summary>
    private static readonly string[] s_stages =
    [
        "to_regnamespace('{table}_partitioned') IS NOT NULL",
        "(SELECT count(*) FROM {table}_partitioned.{table}) > 0",
        "(SELECT count(*) FROM {table}_partitioned.{table}) > 30000",
        "(SELECT count(*) FROM pg_index WHERE indrelid = to_regclass('{table}_partitioned.{table}')) >= 2",
        "(SELECT count(*) FROM pg_index WHERE indrelid = to_regclass('{table}_partitioned.{table}')) >= 3",
        "EXISTS (SELECT 1 FROM pg_constraint c JOIN pg_inherits i ON i.inhrelid = c.conrelid WHERE i.inhparent = "
            + "to_regclass('{table}_partitioned.{table}') AND c.contype = 'f')",
        "EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass('{table}_partitioned.{table}') AND contype = 'f')",
        "pg_stat_get_last_analyze_time(to_regclass('{table}_partitioned.{table}')) IS NOT NULL",
    ];

    [Theory]
    [InlineData("executions", "workflow_executions")]
    [InlineData("events", "workflow_execution_events")]
    public async Task Killed_at_every_stage_it_loses_no_row_and_goes_on(string name, string table)
    {
        await using var keeper = await Keeper.CreateAsync(await DocumentedDatabase.CreateAsync(postgres));
        await keeper.AddManyAsync(Executions);
        var before = await keeper.AllRowsAsync();

        foreach (var stage in s_stages)
        {
            await KillAtAsync(keeper, name, stage.Replace("{table}", table, StringComparison.Ordinal));
            Assert.Equal(before, await keeper.AllRowsAsync());
        }

        using var last = Start(keeper, name);
        var (code, text) = await last.EndAsync();

        Assert.True(code == 0, text);
        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(
            ["p"], await keeper.Database.QueryAsync<string>($"SELECT relkind::text FROM pg_class WHERE oid = '{table}'::regclass"));
        Assert.Empty(await keeper.Database.QueryAsync<string>("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'workflow%'"));
        Assert.Empty(
            await keeper.Database.QueryAsync<string>("SELECT tgname::text FROM pg_trigger WHERE tgname LIKE 'workflow_partitioning%'"));
    }

    private static CommandProcess Start(Keeper keeper, string name) => CommandProcess.Start(
        ["partition", name, "--yes", "--connection", keeper.Database.ConnectionString], ("Partitions__MajorWorkspaceRows", "1000"));

    /// <summary>Waits until it is that far, and kills it and its sessions. A stage may be past before it is seen.</summary>
    private static async Task KillAtAsync(Keeper keeper, string name, string stage)
    {
        using var process = Start(keeper, name);
        while (process.IsRunning && !await IsAtAsync(keeper, stage))
            await Task.Delay(1, TestContext.Current.CancellationToken);
        if (process.IsRunning)
            await process.KillAsync();
        await keeper.Database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
                + "'workflow-functions'");
    }

    private static async Task<bool> IsAtAsync(Keeper keeper, string stage)
    {
        try
        {
            return (await keeper.Database.QueryAsync<bool>($"SELECT {stage}")).Single();
        }
        catch (Npgsql.PostgresException exception)
            when (exception.SqlState is Npgsql.PostgresErrorCodes.UndefinedTable or Npgsql.PostgresErrorCodes.InvalidSchemaName)
        {
            return false;
        }
    }
}
