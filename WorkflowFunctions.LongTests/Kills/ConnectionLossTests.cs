using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.LongTests.Kills;

/// <summary>PostgreSQL ends every connection: while nodes run, and while nothing does.</summary>
public class ConnectionLossTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_loses_its_connections_leads_again_and_goes_on(bool inTheMiddle)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var effects = await EffectCounter.StartAsync();
        effects.Delay = TimeSpan.FromMilliseconds(150);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken);
        var drawing = new Drawing("cut off").Node("call-0", "http_request", Call(effects, 0));
        for (var number = 1; number < 8; number++)
            drawing.Node($"call-{number}", "http_request", Call(effects, number), $"call-{number - 1}");
        var templateId = await server.Client.SaveAsync(drawing.ToFile());

        var called = effects.NextCallAsync();
        var executionId = inTheMiddle ? await server.Client.StartAsync(templateId) : null;
        if (inTheMiddle)
            await called.WaitAsync(cancellationToken);
        await database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        while ((await server.Client.GetAsync("/api/health/ready")).Status != System.Net.HttpStatusCode.OK)
            await Task.Delay(50, cancellationToken);
        executionId ??= await server.Client.StartAsync(templateId);

        while ((await database.QueryAsync<string>("SELECT status FROM workflow_executions")).Single() != "completed")
            await Task.Delay(50, cancellationToken);
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, executionId);
        Assert.InRange(effects.Counts.Values.Sum(), 8, 9);
    }

    private static object Call(EffectCounter effects, int number) =>
        new { method = "POST", url = $"{effects.Address}/count/call-{number}" };
}
