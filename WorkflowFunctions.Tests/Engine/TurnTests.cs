using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Engine;

/// <summary>
/// Turns of executions in a workspace, and at nodes of a type that is limited. Of one process: where workers share the work, a node that
/// waits for its turn holds a place of its worker.
/// </summary>
public class TurnTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Workspaces_take_turns_however_much_one_of_them_has_to_do()
    {
        const int Many = 20, Few = 4;
        await using var effects = await EffectCounter.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ('small', 'Small')");
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Limits:NodesPerType:http_request"] = "1" });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        effects.Gate = gate.Task;

        var called = effects.NextCallAsync();
        var many = await StartAsync(server.Client, Calls("many", Many, effects), "default");
        await called;
        var few = await StartAsync(server.Client, Calls("few", Few, effects), "small");
        await server.Client.UntilAsync(few, "start", "completed");
        gate.SetResult();
        foreach (var id in new[] { many, few })
            Assert.Equal("completed", (await server.Client.RestAsync(id)).State);

        Assert.Equal(Many + Few, effects.Names.Count);
        // First come, first served would have it after all the others.
        Assert.StartsWith("many", effects.Names[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("pause")]
    public async Task A_turn_that_an_execution_gives_up_is_taken_without_a_search(string call)
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await StartWithoutSearchAsync(database, "1");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        effects.Gate = gate.Task;
        var called = effects.NextCallAsync();
        var first = await StartAsync(server.Client, Calls("first", 1, effects), "default");
        await called;
        var second = await StartAsync(server.Client, Calls("second", 1, effects), "default");
        await server.Client.PostAsync($"/api/executions/{first}/{call}");
        gate.SetResult();
        Assert.Equal("completed", (await server.Client.RestAsync(second)).State);
    }

    [Fact]
    public async Task Turns_that_get_free_at_once_are_all_taken()
    {
        const int Rounds = 5, AtOnce = 4;
        await using var effects = await EffectCounter.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await StartWithoutSearchAsync(database, $"{AtOnce}");
        for (var round = 0; round < Rounds; round++)
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            effects.Gate = gate.Task;
            var former = new List<string>();
            for (var i = 0; i < AtOnce; i++)
                former.Add(await StartAsync(server.Client, Calls($"former-{round}-{i}", 1, effects), "default"));
            foreach (var id in former)
                await server.Client.UntilAsync(id, "n0", "running");
            var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var next = new List<string>();
            for (var i = 0; i < AtOnce; i++)
                next.Add(await StartAsync(server.Client, Calls($"next-{round}-{i}", 1, effects), "default"));
            // The next ones hold their turns until all of them have one.
            effects.Gate = held.Task;
            gate.SetResult();
            foreach (var id in next)
                await server.Client.UntilAsync(id, "n0", "running");
            held.SetResult();
            foreach (var id in former.Concat(next))
                Assert.Equal("completed", (await server.Client.RestAsync(id)).State);
        }
    }

    // The search would give every turn away, some seconds late.
    private static Task<LocalServer> StartWithoutSearchAsync(TestDatabase database, string limit) => LocalServer.StartAsync(
        database,
        new Dictionary<string, string?> { ["Limits:ExecutionsPerWorkspace"] = limit },
        services => services.AddSingleton<TimeProvider>(new OnceOnlyTime()));

    /// <summary>A clock on which nothing comes again and again.</summary>
    private sealed class OnceOnlyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(
                callback, state, period == Timeout.InfiniteTimeSpan ? dueTime : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static async Task<string> StartAsync(ApiClient client, JsonObject file, string workspaceId) =>
        (await client.PostAsync("/api/executions", new { template_id = await client.SaveAsync(file), workspace_id = workspaceId })).Id;

    /// <summary>Nodes that call a service, all at once.</summary>
    private static JsonObject Calls(string name, int count, EffectCounter effects)
    {
        var drawing = new Drawing(name).Node("start", "input");
        for (var i = 0; i < count; i++)
            drawing.Node($"n{i}", "http_request", new { method = "POST", url = $"{effects.Address}/count/{name}-{i}" }, "start");
        return drawing.ToFile();
    }
}
