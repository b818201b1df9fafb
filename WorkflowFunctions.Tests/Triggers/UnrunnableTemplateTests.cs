using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Triggers;

/// <summary>Schedules and hooks whose template cannot be run any more: nobody is there to be told, so the record tells.</summary>
public class UnrunnableTemplateTests(PostgresFixture postgres)
{
    private const string Break =
        """UPDATE workflow_templates SET nodes_json = '[{"id": "a", "type": "no_such_type"}]', edges_json = '[]'""";

    [Fact]
    public async Task A_schedule_makes_an_execution_that_fails_and_says_why()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using (var schedules = await ScheduleServer.StartAsync(database, "2026-05-04T06:30:00Z"))
        {
            await schedules.ScheduleAsync("0 7 * * *");
            await database.ExecuteAsync(Break);
            await schedules.RunAsync("2026-05-04T07:00:00Z");
        }

        await using var server = await LocalServer.StartAsync(database);
        var id = Assert.Single(await database.QueryAsync<string>("SELECT id FROM workflow_executions"));
        AssertFailed(await server.Client.RestAsync(id));
    }

    [Fact]
    public async Task A_hook_makes_an_execution_that_fails_and_says_why_and_goes_on_once_the_template_is_mended()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        var hook = await server.Client.PostAsync("/api/hooks", new { template_id = template });
        await database.ExecuteAsync(Break);

        var accepted = await server.Client.PostAsync(hook["url"].GetString()!, new { topic = "ink" });
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        AssertFailed(await server.Client.RestAsync(accepted.Id));

        Assert.Equal(HttpStatusCode.OK, (await server.Client.PutAsync($"/api/templates/{template}", TestWorkflows.Greeting())).Status);
        Assert.Equal(
            HttpStatusCode.Accepted, (await server.Client.PostAsync($"/api/executions/{accepted.Id}/retry?template=current")).Status);
        var run = await server.Client.RestAsync(accepted.Id);
        Assert.Equal("Hello ink", run["outputs"].GetProperty("greet").GetProperty("text").GetString());
    }

    private static void AssertFailed(ApiAnswer execution)
    {
        Assert.Equal("failed", execution.State);
        Assert.StartsWith("The template cannot be run", execution["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Contains("no_such_type", execution["error_message"].GetString(), StringComparison.Ordinal);
    }
}
