using WorkflowFunctions.Database;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>The commands, as processes.</summary>
public class CommandLineTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Run_shows_each_node_prints_the_outputs_and_exits_with_0()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);

        var (exitCode, output) = await RunAsync(
            ["run", SampleFile.All.Single(sample => sample.Name == "product-launch").Path, "--param", "topic=rooibos", "--connection", database.ConnectionString]);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Completed", output);
        Assert.Contains("rooibos", output);
        Assert.Contains("USD", output);
        Assert.Equal(["completed"], await database.QueryAsync<string>("SELECT status FROM workflow_executions"));
    }

    [Fact]
    public async Task Run_names_the_node_that_failed_and_exits_with_1()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, new Drawing("doomed").Node("bad-luck", "fail", new { message = "no tea left" }).ToFile().ToJsonString(), TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(["run", file, "--connection", database.ConnectionString]);
        File.Delete(file);

        Assert.True(exitCode == 1, output);
        Assert.Contains("bad-luck", output);
        Assert.Contains("no tea left", output);
    }

    [Fact]
    public async Task Run_lists_what_is_wrong_with_a_file_and_exits_with_2()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, new Drawing("wrong").Node("a", "nonsense").Node("b", "transform").ToFile().ToJsonString(), TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(["run", file, "--connection", database.ConnectionString]);
        File.Delete(file);

        Assert.True(exitCode == 2, output);
        Assert.Contains("/nodes/0/type", output);
        Assert.Contains("/nodes/1/data/fields", output);
    }

    [Fact]
    public async Task Migrate_brings_an_empty_database_to_the_schema()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);

        var (exitCode, output) = await RunAsync(["migrate", "--connection", database.ConnectionString]);

        Assert.True(exitCode == 0, output);
        Assert.Equal([0L], await database.QueryAsync<long>("SELECT count(*) FROM workflow_executions"));
    }

    [Theory]
    [InlineData("--help", 0, "migrate")]
    [InlineData("nonsense", 1, "nonsense")]
    [InlineData("run", 1, "file")]
    public async Task The_program_says_how_it_is_used(string argument, int expected, string mentioned)
    {
        var (exitCode, output) = await RunAsync([argument]);

        Assert.Equal(expected, exitCode);
        Assert.Contains(mentioned, output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments)
    {
        using var process = ServerProcess.Run(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
