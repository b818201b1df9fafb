using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Orchestration;

/// <summary>The end of a loop that was decided before a retry, and is written after it.</summary>
public class StaleCloseTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(JobStatus.Failed)]
    [InlineData(JobStatus.Completed)]
    public async Task It_is_refused_and_leaves_the_body_alone(string status)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var writer = new RecordWriter(
            connection, "worker-test", server.Services.GetRequiredService<ExecutionChanges>(), NullLogger<RecordWriter>.Instance);
        var steps = new WorkflowSteps(
            server.Services.GetRequiredService<StepServices>(), new IdleEngine(), writer, NullLogger<WorkflowSteps>.Instance);
        var id = await server.Client.StartAsync(await server.Client.SaveAsync(new
        {
            name = "Loop",
            nodes = new object[]
            {
                new { id = "each", type = "for_each", data = new { items = new[] { 1, 2 } } },
                new { id = "ask", type = "approval", parentId = "each" },
            },
            edges = Array.Empty<object>(),
        }));
        await steps.RunAsync(Step.Open, id, Cancelled);
        foreach (var node in new[] { "each", "ask#0", "ask#1" })
            await steps.RunAsync(Step.RunNode, new RunNode(id, node), Cancelled);
        var before = await JobsAsync(database, id);
        Assert.Equal(["ask#0 waiting", "ask#1 waiting", "each waiting"], before);
        await database.ExecuteAsync("UPDATE workflow_executions SET retries = 1 WHERE id = $1", id);

        var isWritten = await writer.WriteAsync(new JobWrite
        {
            Id = Ids.OfJob(id, "each"),
            ExecutionId = id,
            NodeId = "each",
            JobType = "for_each",
            Status = status,
            Retries = 0,
            Body = new ClosedBody("", 2, ["ask"], ["ask"]),
        });

        Assert.False(isWritten);
        Assert.Equal(before, await JobsAsync(database, id));
    }

    private static Task<IReadOnlyList<string>> JobsAsync(TestDatabase database, string id) => database.QueryAsync<string>(
        "SELECT concat_ws(' ', node_id, status, output_data_json) FROM agent_jobs WHERE execution_id = $1 ORDER BY node_id", id);
}
