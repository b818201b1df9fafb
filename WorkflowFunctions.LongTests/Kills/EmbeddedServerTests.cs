using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.LongTests.Kills;

/// <summary>The server with nothing configured, as a newcomer starts it.</summary>
public class EmbeddedServerTests
{
    [Fact]
    public async Task It_brings_its_own_PostgreSQL_takes_it_up_again_after_a_kill_and_stops_it_at_the_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("workflow-embedded-");
        // Under root, PostgreSQL runs as another user, who has to get in.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        try
        {
            string executionId;
            await using (var first = await ServerProcess.StartEmbeddedAsync(folder.FullName, cancellationToken))
            {
                var samples = await first.Client.GetAsync("/api/templates");
                Assert.Contains(
                    samples["items"].EnumerateArray(), template => template.GetProperty("name").GetString() == "Product launch");
                executionId = await first.Client.StartAsync(await first.Client.SaveAsync(TestWorkflows.Greeting()));
                Assert.Equal("completed", (await first.Client.RestAsync(executionId)).State);
                await first.KillAsync();
            }

            Assert.True(IsRunning(folder), "PostgreSQL was killed too, and there is nothing to adopt.");
            await using (var second = await ServerProcess.StartEmbeddedAsync(folder.FullName, cancellationToken))
            {
                Assert.Equal("completed", (await second.Client.RestAsync(executionId)).State);
                await second.StopAsync();
            }

            Assert.False(IsRunning(folder), "PostgreSQL was left running.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsRunning(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, ".data", "postgres", "data", "postmaster.pid"));
}
