using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>What somebody sees who starts the server for the first time.</summary>
public class FirstStartTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Nothing_alarming_is_printed_and_nothing_is_left_in_the_home_folder()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var home = Directory.CreateTempSubdirectory("workflow-home-");
        try
        {
            await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
            await using var server = await ServerProcess.StartAsync(
                database.ConnectionString, cancellationToken, ("HOME", home.FullName), ("USERPROFILE", home.FullName));
            await server.Client.RestAsync(await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Greeting())));
            await server.StopAsync();

            Assert.NotEmpty(server.Output);
            Assert.DoesNotContain(
                server.Output,
                line =>
                    line.StartsWith("warn", StringComparison.Ordinal)
                    || line.StartsWith("fail", StringComparison.Ordinal)
                    || line.StartsWith("crit", StringComparison.Ordinal));
            Assert.DoesNotContain(home.EnumerateDirectories(), folder => folder.Name == ".aspnet");
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
