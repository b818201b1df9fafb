using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Analytics;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

public class AnalyticsWorkTests(PostgresFixture postgres)
{
    [Fact(Timeout = 120_000)]
    public async Task The_leader_brings_the_summary_up_to_date()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString,
            services => services.AddLocalEngine().Configure<AnalyticsOptions>(options => options.Cron = "* * * * * *"));
        await server.Client.RestAsync(await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Greeting())));

        const string Completed = "SELECT status::text FROM workflow_execution_summary WHERE status = 'completed'";
        while ((await database.QueryAsync<string>(Completed)).Count == 0)
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }
}
