using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.EndToEnd;

/// <summary>The app in the real Functions host, with its histories in Azure Storage.</summary>
public class FuncStartTests(PostgresFixture postgres, StorageFixture storage)
{
    // Far more than it takes: it is there for a run that would never end.
    private const int Patience = 20 * 60 * 1000;

    [Fact(Timeout = Patience, Skip = FuncProcess.Missing, SkipUnless = nameof(FuncProcess.IsInstalled), SkipType = typeof(FuncProcess))]
    public async Task An_execution_with_a_signal_a_loop_and_a_delay_completes()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await FuncProcess.StartAsync(
            database, await storage.ConnectAsync(), NewHub(), TestContext.Current.CancellationToken);
        var file = new Drawing("func start")
            .Node("greet", "transform", new { fields = new { text = "Hello {{ params.topic }}" } })
            .Node("approve", "approval", new { message = "Go on?" }, "greet")
            .Node("each", "for_each", new { items = new[] { 1, 2, 3 } }, "approve")
            .Inside("each", "item", "transform", new { fields = new { n = "{{ item }}" } })
            .Node("rest", "delay", new { seconds = 1 }, "each")
            .Node("end", "output", new { value = "{{ nodes.greet.text }}, {{ nodes.each.results | size }} times" }, "rest")
            .ToFile();

        var id = await app.Client.StartFileAsync(file, new { topic = "tea" });
        await app.Client.UntilAsync(id, "approve", "waiting");
        await app.Client.PostAsync($"/api/executions/{id}/signals/approve", new { decision = "approved" });
        var run = await app.Client.RestAsync(id);

        Assert.True(run.State == "completed", $"{run.State}: {run["error_message"]}");
        Assert.Equal("Hello tea, 3 times", run["outputs"].GetProperty("end").GetString());
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, id);
    }

    [Fact(Timeout = Patience, Skip = FuncProcess.Missing, SkipUnless = nameof(FuncProcess.IsInstalled), SkipType = typeof(FuncProcess))]
    public async Task An_execution_whose_app_is_killed_goes_on_in_the_next_one_and_what_was_finished_is_not_done_again()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        var hub = NewHub();
        await using var finished = await EffectCounter.StartAsync();
        await using var underWay = await EffectCounter.StartAsync();
        underWay.Gate = Task.Delay(Timeout.Infinite, cancellationToken);
        var called = underWay.NextCallAsync();
        var file = new Drawing("killed")
            .Node("first", "http_request", new { method = "POST", url = $"{finished.Address}/count/first" })
            .Node("second", "http_request", new { method = "POST", url = $"{underWay.Address}/count/second" }, "first")
            .Node("end", "output", new { value = "{{ nodes.second.body.name }}" }, "second")
            .ToFile();

        string id;
        await using (var killed = await FuncProcess.StartAsync(database, await storage.ConnectAsync(), hub, cancellationToken))
        {
            id = await killed.Client.StartFileAsync(file);
            await called.WaitAsync(cancellationToken);
            await killed.KillAsync();
        }

        underWay.Gate = Task.CompletedTask;
        await using var next = await FuncProcess.StartAsync(database, await storage.ConnectAsync(), hub, cancellationToken);
        var run = await next.Client.RestAsync(id);

        Assert.True(run.State == "completed", $"{run.State}: {run["error_message"]}");
        Assert.Equal("second", run["outputs"].GetProperty("end").GetString());
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, id);
        Assert.Equal(1, finished.Counts["first"]);
        Assert.Equal(2, underWay.Counts["second"]);
    }

    // Each test has a hub of its own: the account is the same for all.
    private static string NewHub() => $"test{Guid.NewGuid():N}";
}
