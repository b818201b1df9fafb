using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

/// <summary>PostgreSQL ends every connection, and the next caller does not notice.</summary>
public sealed class ConnectionTests(PostgresFixture postgres)
{
    // Longer than a session is trusted to be still there.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task The_first_request_after_PostgreSQL_ended_all_connections_is_served()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        Func<Task<ApiAnswer>>[] requests =
        [
            () => server.Client.GetAsync("/api/executions"),
            () => server.Client.GetAsync($"/api/templates/{template}"),
            () => server.Client.PostAsync("/api/executions", new { template_id = template }),
            () => server.Client.PostAsync("/api/workers/tasks/claim", new { worker = "test" }),
        ];

        foreach (var request in requests)
        {
            // More than one connection, so that a fresh one is not the next of the pool.
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.Client.GetAsync("/api/executions")));
            Assert.NotEmpty(await database.QueryAsync<bool>(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
                    + "'workflow-functions'"));
            await Task.Delay(s_pause, TestContext.Current.CancellationToken);

            Assert.InRange((await request()).Status, HttpStatusCode.OK, HttpStatusCode.Accepted);
        }
    }
}
