using WorkflowFunctions.Bench;
using WorkflowFunctions.Tests.EndToEnd;

namespace WorkflowFunctions.LongTests.Kills;

/// <summary>The short form of the benchmark <c>chaos</c>: everything breaks, and nothing is lost or done twice.</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task Nothing_is_lost_or_done_twice_while_servers_are_killed_and_the_database_crashes()
    {
        using var chaos = ServerProcess.Run(typeof(BenchSql).Assembly, ["chaos", "--executions", "28", "--interval", "3"]);
        var output = chaos.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await chaos.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await chaos.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(chaos.ExitCode == 0, await output + errors);
    }
}
