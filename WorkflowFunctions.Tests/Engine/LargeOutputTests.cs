using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Nodes;

namespace WorkflowFunctions.Tests.Engine;

/// <summary>Large outputs on their way to the record: few at once, and small ones beside them.</summary>
public sealed class LargeOutputTests(PostgresFixture postgres)
{
    private const int Large = 1024 * 1024;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_large_outputs_are_on_their_way_at_once_and_small_ones_do_not_wait()
    {
        using var outputs = new LargeOutputs();
        var first = await outputs.EnterAsync(Large, Cancelled);
        for (var i = 0; i < 3; i++)
            await outputs.EnterAsync(Large, Cancelled);

        var fifth = outputs.EnterAsync(Large, Cancelled).AsTask();
        Assert.Null(await outputs.EnterAsync(Large - 1, Cancelled));
        Assert.False(fifth.IsCompleted);

        first!.Dispose();
        await fifth;
    }

    [Fact]
    public async Task A_commit_has_a_bounded_number_of_characters_and_at_least_one_write()
    {
        using var queue = new WriteQueue();
        var (seven, twenty) = (new string('x', 7 * Large), new string('x', 20 * Large));
        foreach (var output in (string[])[seven, seven, seven, twenty, seven])
            queue.Add(QueuedWrite.Awaited(Job(output)), after: null);

        var commits = new List<int>();
        while (commits.Sum() < 5)
            commits.Add((await queue.TakeAsync())!.Count);

        Assert.Equal([2, 1, 1, 1], commits);
    }

    [Fact]
    public async Task Many_large_outputs_at_once_are_all_recorded()
    {
        var body = Enumerable.Repeat((byte)'x', 3 * Large).ToArray();
        await using var shop = await WireServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/plain";
            await context.Response.Body.WriteAsync(body);
        });
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        var drawing = new Drawing("large");
        for (var i = 0; i < 12; i++)
            drawing.Node($"call-{i}", "http_request", new { url = shop.Address });

        var id = await server.Client.StartFileAsync(drawing.ToFile(), config: new { max_parallel_nodes = 12 });
        while (!(await database.QueryAsync<bool>("SELECT status = 'completed' FROM workflow_executions WHERE id = $1", id)).Single())
            await Task.Delay(50, Cancelled);

        Assert.Equal(
            [12L],
            await database.QueryAsync<long>("SELECT count(*) FROM agent_jobs WHERE length(output_data_json ->> 'body') = $1", body.Length));
    }

    private static JobWrite Job(string output) => new()
    {
        ExecutionId = "e",
        Id = "e:n",
        NodeId = "n",
        JobType = "http_request",
        Status = JobStatus.Completed,
        Retries = 0,
        Output = output,
    };
}
