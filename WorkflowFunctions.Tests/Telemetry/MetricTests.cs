using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Database;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Telemetry;

/// <summary>What an operator sees of the server in metrics.</summary>
public class MetricTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Executions_nodes_retries_tokens_costs_and_commits_are_counted()
    {
        using var figures = new Figures();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await StartAsync(database);
        var host = server.Services.GetRequiredService<IMeterFactory>();
        var execution = await server.Client.StartAsync(
            await server.Client.SaveAsync(
                new
                {
                    name = "Counted",
                    nodes = new object[]
                    {
                        new
                        {
                            id = "a",
                            type = "flaky",
                            data = new { failures = 1, cost = 0.5, retry = new { max_attempts = 2, delay_seconds = 0 } },
                        },
                        new { id = "b", type = "generate_copy", data = new { prompt = "Praise tea" } },
                    },
                    edges = new object[] { TestWorkflows.Edge("a", "b") },
                }));
        Assert.Equal("completed", (await server.Client.RestAsync(execution)).State);
        var doomed = await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Waiting()));
        await server.Client.UntilAsync(doomed, "wait", "waiting");
        await server.Client.PostAsync($"/api/executions/{doomed}/cancel");

        Assert.Equal([1], figures.Of(host, "workflow.execution.ended", ("workflow.status", "completed")));
        Assert.Equal([1], figures.Of(host, "workflow.execution.ended", ("workflow.status", "cancelled")));
        Assert.Single(figures.Of(host, "workflow.execution.duration", ("workflow.status", "completed")));
        Assert.Single(figures.Of(host, "workflow.node.duration", ("workflow.node.type", "flaky"), ("workflow.outcome", "retrying")));
        Assert.Single(figures.Of(host, "workflow.node.duration", ("workflow.node.type", "flaky"), ("workflow.outcome", "completed")));
        Assert.Single(figures.Of(host, "workflow.node.duration", ("workflow.node.type", "delay"), ("workflow.outcome", "waiting")));
        Assert.Equal([1], figures.Of(host, "workflow.node.retries", ("workflow.node.type", "flaky")));
        Assert.Equal([0.5], figures.Of(host, "workflow.node.cost", ("workflow.node.type", "flaky")));
        Assert.True(figures.Of(host, "workflow.node.tokens", ("workflow.node.type", "generate_copy")).Sum() > 0);
        Assert.Equal(
            figures.Of(host, "workflow.node.tokens").Sum(),
            figures.Of(host, "workflow.model.tokens", ("gen_ai.request.model", "offline"), ("gen_ai.token.type", "input")).Sum()
            + figures.Of(host, "workflow.model.tokens", ("gen_ai.request.model", "offline"), ("gen_ai.token.type", "output")).Sum());
        Assert.True(figures.Of(host, "workflow.record.batch.size").Sum() > 0);
        Assert.NotEmpty(figures.Of(host, "workflow.record.batch.duration"));
        Assert.Equal(0, figures.Of(host, "workflow.node.active").Sum());
    }

    [Fact]
    public async Task The_gauges_tell_how_the_record_stands_and_who_leads()
    {
        using var figures = new Figures();
        await using var database = await postgres.CreateDatabaseAsync();
        await using (var first = await StartAsync(database))
        {
            var waiting = await first.Client.StartAsync(await first.Client.SaveAsync(TestWorkflows.Waiting()));
            await first.Client.UntilAsync(waiting, "wait", "waiting");
            while ((await database.QueryAsync<long>("SELECT count(*) FROM workflow_executions WHERE wake_at IS NOT NULL"))[0] == 0)
                await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        // Nobody leads from now on.
        await database.ExecuteAsync("UPDATE workflow_executions SET status = 'paused'");
        await database.ExecuteAsync("INSERT INTO workflow_executions SELECT (jsonb_populate_record(e, '{\"id\": \"old\", \"status\": "
            + "\"pending\", \"idempotency_key\": null}')).* FROM workflow_executions e");
        await database.ExecuteAsync("UPDATE workflow_executions SET created_at = NOW() - interval '1 hour' WHERE id = 'old'");
        await using var source = RecordDatabase.Open(database.ConnectionString);
        await using var lead = await DatabaseLock.WaitAsync(source, DatabaseLock.LeadKey, TestContext.Current.CancellationToken);
        await using var standby = await StartAsync(database);
        var host = standby.Services.GetRequiredService<IMeterFactory>();
        while (figures.Of(host, "workflow.executions").Count == 0)
        {
            figures.Ask();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, figures.Of(host, "workflow.engine.leader")[^1]);
        Assert.Equal(1, figures.Of(host, "workflow.executions", ("workflow.status", "pending"))[^1]);
        Assert.Equal(1, figures.Of(host, "workflow.executions", ("workflow.status", "paused"))[^1]);
        Assert.Equal(0, figures.Of(host, "workflow.executions", ("workflow.status", "waiting"))[^1]);
        figures.Ask();
        Assert.InRange(figures.Of(host, "workflow.queue.age")[^1], 3600, double.MaxValue);
    }

    private static Task<ApiServer> StartAsync(TestDatabase database) =>
        ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine().AddNodeType<FlakyNode>());
}
