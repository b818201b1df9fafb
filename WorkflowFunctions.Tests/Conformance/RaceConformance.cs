using System.Net;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>Everything that people may ask of an execution, asked at the same moment.</summary>
public abstract class RaceConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    private const int Races = 100;
    private const int RacesAtOnce = 10;

    /// <summary>The statuses that lead to each event, and the one that it leads to; what is not here changes no status.</summary>
    private static readonly Dictionary<string, (string[] From, string To)> s_transitions = new()
    {
        ["created"] = ([""], "pending"),
        ["started"] = (["pending"], "running"),
        ["paused"] = (["pending", "running"], "paused"),
        ["resumed"] = (["paused"], "running"),
        ["cancelled"] = (["pending", "running", "paused"], "cancelled"),
        ["failed"] = (["running"], "failed"),
        ["completed"] = (["running"], "completed"),
        ["retried"] = (["failed", "cancelled"], "running"),
    };

    [Theory]
    [InlineData("pause", "resume")]
    [InlineData("pause", "cancel")]
    [InlineData("resume", "cancel")]
    [InlineData("cancel", "retry")]
    [InlineData("pause", "resume", "cancel", "retry", "signals/go")]
    public async Task Calls_that_race_are_accepted_or_refused_and_the_record_tells_one_story(params string[] calls)
    {
        await using var testbed = await StartAsync();
        var template = await testbed.Client.SaveAsync(new Drawing("race")
            .Node("first", "merge")
            .Node("hold", "wait_for_signal", new { signal = "go" }, "first")
            .Node("short", "delay", new { seconds = 0.01 }, "first")
            .Node("last", "merge", null, "hold", "short").ToFile());
        var several =
            new ParallelOptions { MaxDegreeOfParallelism = RacesAtOnce, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(0, Races, several, async (race, _) => await RaceAsync(testbed, template, calls, race));
    }

    private static async Task RaceAsync(EngineTestbed testbed, string template, string[] calls, int race)
    {
        var id = await testbed.Client.StartAsync(template);
        if (race % 2 == 0)
            await testbed.Client.UntilAsync(id, "hold", "waiting");
        var order = calls.Concat(calls).ToArray();
        new Random(race).Shuffle(order);
        var answers = await Task.WhenAll(
            order.Select(async call => (Call: call, Answer: await testbed.Client.PostAsync($"/api/executions/{id}/{call}"))));
        Assert.All(answers, answer => Assert.Contains(answer.Answer.Status, new[] { HttpStatusCode.Accepted, HttpStatusCode.Conflict }));
        var run = await FinishAsync(testbed, id);
        Assert.Equal("completed", run.State);
        await AssertOneStoryAsync(
            testbed, id, answers.Where(answer => answer.Answer.Status == HttpStatusCode.Accepted).Select(answer => answer.Call));
    }

    /// <summary>Does what is left to do for the execution to complete.</summary>
    private static async Task<ApiAnswer> FinishAsync(EngineTestbed testbed, string id)
    {
        for (var left = 20; left > 0; left--)
        {
            var run = await testbed.Client.GetAsync($"/api/executions/{id}");
            switch (run.State)
            {
                case "completed":
                    await RecordChecks.AssertCompleteAsync(testbed.Database.ConnectionString, id);
                    return run;
                case "paused":
                    await testbed.Client.PostAsync($"/api/executions/{id}/resume");
                    break;
                case "failed" or "cancelled":
                    await testbed.Client.PostAsync($"/api/executions/{id}/retry");
                    break;
                default:
                    await testbed.Client.PostAsync($"/api/executions/{id}/signals/go");
                    await testbed.Client.GetAsync($"/api/executions/{id}?wait=5");
                    break;
            }
        }

        return await testbed.Client.GetAsync($"/api/executions/{id}");
    }

    private static async Task AssertOneStoryAsync(EngineTestbed testbed, string id, IEnumerable<string> accepted)
    {
        var events = await testbed.Database.QueryAsync<string>(
            "SELECT event_type FROM workflow_execution_events WHERE execution_id = $1 ORDER BY id", id);
        var status = "";
        foreach (var type in events)
        {
            if (!s_transitions.TryGetValue(type, out var transition))
                continue;
            Assert.True(
                transition.From.Contains(status) || (type == "started" && status == "running"),
                $"{type} while {(status.Length == 0 ? "new" : status)}: {string.Join(", ", events)}");
            status = transition.To;
        }

        Assert.Equal("completed", status);
        foreach (var (call, type) in new[]
            {
                ("pause", "paused"),
                ("resume", "resumed"),
                ("cancel", "cancelled"),
                ("retry", "retried"),
                ("signals/go", "signalled"),
            })
            Assert.True(
                events.Count(item => item == type) >= accepted.Count(item => item == call),
                $"A {call} was accepted that is not in the record: {string.Join(", ", events)}");
        Assert.Single(events, type => type == "completed");
    }
}
