using System.Text.Json.Nodes;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Engine;

/// <summary>
/// Turns at nodes of a type that is limited. Of one process: where workers share the work, a node that waits for its turn holds a place of
/// its worker.
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
        await using var server = await LocalServer.StartAsync(database, new Dictionary<string, string?> { ["Limits:NodesPerType:http_request"] = "1" });
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
