using System.Collections.Concurrent;
using System.Text.Json;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Nodes;

namespace WorkflowFunctions.LongTests.Kills;

/// <summary>Real servers that are killed while people answer and others are told of it.</summary>
public class OutboxKillTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Kills = 3;
    private const int EachTime = 4;

    private static readonly string[] s_people = ["ada", "bob"];

    [Fact]
    public async Task No_answer_and_no_event_is_lost_and_what_comes_twice_has_the_same_id()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var told = new ConcurrentQueue<(string Execution, string Type, string Id)>();
        await using var receiver = await WireServer.StartAsync(async context =>
        {
            var call = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
            told.Enqueue(
                (
                    call.GetProperty("data").GetProperty("execution_id").GetString()!, call.GetProperty("type").GetString()!,
                    context.Request.Headers["webhook-id"].ToString()));
            // A kill is likely to come between what was sent and what is noted of it.
            await Task.Delay(50, CancellationToken.None);
        });

        string? template = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken);
            if (template is null)
            {
                template = await server.Client.SaveAsync(
                    new Drawing("Ask").Node("ask", "approval", new { assignees = s_people, required = 2 }).ToFile());
                await server.Client.PostAsync("/api/subscriptions", new { url = receiver.Address });
            }

            for (var start = 0; start < EachTime; start++)
                await server.Client.StartAsync(template);
            var answering = AnswerAllAsync(server.Client);
            await Task.Delay(random.Next(800), cancellationToken);
            await server.KillAsync();
            await database.ExecuteAsync("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() "
                + "AND application_name = 'workflow-functions'");
            // Whether it was done, or the server was gone before: both happen.
            await Task.WhenAny(answering);
        }

        await using var last = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken);
        while ((await database.QueryAsync<long>(
            "SELECT (SELECT count(*) FROM workflow_executions WHERE status <> 'completed') + (SELECT count(*) FROM workflow_deliveries "
                + "WHERE status = 'pending')")).Single() > 0)
        {
            await AnswerAllAsync(last.Client);
            // What was in the hands of a server that is gone is due in two minutes, and now here.
            await database.ExecuteAsync("UPDATE workflow_deliveries SET next_attempt_at = NOW() WHERE status = 'pending' AND "
                + "next_attempt_at > NOW() + interval '3 seconds'");
            await Task.Delay(100, cancellationToken);
        }

        var executions = await database.QueryAsync<string>("SELECT id::text FROM workflow_executions");
        Assert.Equal(Kills * EachTime, executions.Count);
        var answers = await database.QueryAsync<long>(
            "SELECT count(*) FROM workflow_signals WHERE name = 'answer-to:ask' GROUP BY execution_id");
        Assert.All(answers, count => Assert.Equal(2, count));
        Assert.All(executions, id =>
        {
            var calls = told.Where(call => call.Execution == id).ToList();
            Assert.Equal(
                ["execution.started", "task.opened", "task.answered", "task.answered", "execution.completed"],
                calls.DistinctBy(call => call.Id).Select(call => call.Type));
        });
        output.WriteLine($"{told.Count} calls for {told.Select(call => call.Id).Distinct().Count()} events");
    }

    /// <summary>Both people answer whatever is open; that an answer has come before is as good.</summary>
    private static async Task AnswerAllAsync(ApiClient client)
    {
        foreach (var task in (await client.GetAsync("/api/tasks?limit=200"))["items"].EnumerateArray())
        {
            foreach (var name in s_people)
                await client.PostAsync(
                    $"/api/tasks/{task.GetProperty("id").GetString()}/answer", new { decision = "approved", decided_by = name });
        }
    }
}
