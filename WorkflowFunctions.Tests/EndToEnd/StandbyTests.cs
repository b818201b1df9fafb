using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>Two servers on one database: one leads, the other stands by and takes over.</summary>
public class StandbyTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_standby_takes_requests_and_takes_over_when_the_leader_is_killed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var effects = await EffectCounter.StartAsync();
        effects.Delay = TimeSpan.FromMilliseconds(200);
        await using var database = await postgres.CreateDatabaseAsync();
        var connectionString = database.ConnectionString;
        await using var leader = await ServerProcess.StartAsync(connectionString, cancellationToken);
        await using var standby = await ServerProcess.StartAsync(connectionString, cancellationToken);
        var drawing = new Drawing("handed over").Node("call-0", "http_request", Call(effects, 0));
        for (var number = 1; number < 10; number++)
            drawing.Node($"call-{number}", "http_request", Call(effects, number), $"call-{number - 1}");

        var called = effects.NextCallAsync();
        var executionId = await standby.Client.StartFileAsync(drawing.ToFile());
        await called.WaitAsync(cancellationToken);
        await Task.Delay(500, cancellationToken);
        await leader.KillAsync();
        var execution = await standby.Client.RestAsync(executionId);

        Assert.Equal("completed", execution.State);
        await RecordChecks.AssertCompleteAsync(connectionString, executionId);
        Assert.InRange(effects.Counts.Values.Sum(), 10, 11);
    }

    private static object Call(EffectCounter effects, int number) =>
        new { method = "POST", url = $"{effects.Address}/count/call-{number}" };
}
