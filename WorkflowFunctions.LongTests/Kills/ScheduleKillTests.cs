using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.LongTests.Kills;

/// <summary>Real servers that are killed while they start what is due.</summary>
public class ScheduleKillTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Kills = 8;

    /// <summary>A slow machine misses more of its seconds than a server makes up for unless told otherwise.</summary>
    private static readonly (string Name, string Value) s_patience = ("Schedules__MaxCatchUp", "10000");

    [Fact]
    public async Task Every_second_of_a_schedule_becomes_one_execution_however_often_the_server_is_killed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        await SlowDownAsync(database);
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);

        ApiAnswer? schedule = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken, s_patience);
            schedule ??= await CreateAsync(server.Client);
            var before = await CountAsync(database);
            while (await CountAsync(database) == before)
                await Task.Delay(20, cancellationToken);
            await Task.Delay(random.Next(1200), cancellationToken);
            await server.KillAsync();
            // PostgreSQL would bring the statement at hand to its end; its session is ended too, as when the machine goes down.
            await database.ExecuteAsync("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() "
                + "AND application_name = 'workflow-functions'");
        }

        await using var last = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken, s_patience);
        // It has caught up when the next time lies ahead.
        while ((await database.QueryAsync<bool>("SELECT next_run_at <= NOW() - interval '1 second' FROM workflow_schedules")).Single())
            await Task.Delay(100, cancellationToken);
        var switchedOff = await last.Client.PutAsync(
            $"/api/schedules/{schedule!.Id}",
            new { template_id = schedule["template_id"].GetString(), cron = "* * * * * *", on_missed = "run_all", is_enabled = false });
        Assert.Equal(HttpStatusCode.OK, switchedOff.Status);
        while ((await database.QueryAsync<long>("SELECT count(*) FROM workflow_executions WHERE status <> 'completed'")).Single() > 0)
            await Task.Delay(100, cancellationToken);

        var times = (await database.QueryAsync<string>("SELECT split_part(idempotency_key, ':', 3) || ':' || split_part(idempotency_key, "
            + "':', 4) || ':' || split_part(idempotency_key, ':', 5) FROM workflow_executions ORDER BY 1"))
            .Select(DateTimeOffset.Parse)
            .ToList();
        var first = schedule["next_run_at"].GetDateTimeOffset();
        Assert.Equal(Enumerable.Range(0, times.Count).Select(second => first.AddSeconds(second)), times);
        Assert.Equal(
            times.Count,
            (await database.QueryAsync<long>("SELECT count(*) FROM workflow_execution_events WHERE event_type = 'scheduled'")).Single());
        output.WriteLine($"{times.Count} executions for as many seconds");
    }

    private static async Task<ApiAnswer> CreateAsync(ApiClient client)
    {
        var answer = await client.PostAsync(
            "/api/schedules",
            new { template_id = await client.SaveAsync(TestWorkflows.Greeting()), cron = "* * * * * *", on_missed = "run_all" });
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer;
    }

    /// <summary>Keeps each start open for a while, so that a kill is likely to fall into one.</summary>
    private static Task SlowDownAsync(TestDatabase database) => database.ExecuteAsync("""
        CREATE FUNCTION wait_a_little() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END';
        CREATE TRIGGER waits BEFORE INSERT ON workflow_executions FOR EACH ROW EXECUTE FUNCTION wait_a_little()
        """);

    private static async Task<long> CountAsync(TestDatabase database) =>
        (await database.QueryAsync<long>("SELECT count(*) FROM workflow_executions")).Single();
}
