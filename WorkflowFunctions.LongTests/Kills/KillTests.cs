using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.LongTests.Kills;

/// <summary>The server is killed again and again in the middle of a run, and nothing that was finished is lost or done twice.</summary>
public class KillTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int Lanes = 4;
    private const int NodesPerLane = 24;

    [Fact]
    public async Task A_run_that_is_killed_twenty_times_completes_with_every_finished_node_run_once()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var effects = await EffectCounter.StartAsync();
        effects.Delay = TimeSpan.FromMilliseconds(250);
        await using var database = await postgres.CreateDatabaseAsync();
        var connectionString = database.ConnectionString;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);

        string? executionId = null;
        var finishedAtKill = new List<IReadOnlyDictionary<string, int>>();
        for (var kill = 0; kill < Kills; kill++)
        {
            // Calls do not end before the test looks, however long the server takes until it answers, and only those that wait then end:
            // the run is not over before the last kill.
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            effects.Gate = gate.Task;
            var called = effects.NextCallAsync();
            await using var server = await ServerProcess.StartAsync(connectionString, cancellationToken);
            executionId ??= await server.Client.StartFileAsync(Draw(effects.Address));
            await called.WaitAsync(cancellationToken);
            effects.Gate = Task.Delay(Timeout.Infinite, cancellationToken);
            gate.SetResult();
            await Task.Delay(random.Next(0, 350), cancellationToken);
            await server.KillAsync();
            finishedAtKill.Add(await CountFinishedAsync(connectionString, executionId, effects));
        }

        Assert.True(finishedAtKill[^1].Count < Lanes * NodesPerLane, "The run was over before the last kill.");
        effects.Gate = Task.CompletedTask;
        effects.Delay = TimeSpan.Zero;
        await using var last = await ServerProcess.StartAsync(connectionString, cancellationToken);
        var execution = await last.Client.RestAsync(executionId!);

        Assert.Equal("completed", execution.State);
        await RecordChecks.AssertCompleteAsync(connectionString, executionId!);
        Assert.Equal(Lanes * NodesPerLane, effects.Counts.Count);
        // What was recorded as finished at a kill was not called again after it.
        foreach (var (nodeId, count) in finishedAtKill.SelectMany(finished => finished))
            Assert.Equal(count, effects.Counts[nodeId]);
        output.WriteLine($"calls {effects.Counts.Values.Sum()} for {effects.Counts.Count} nodes; finished at the kills: "
            + $"{string.Join(", ", finishedAtKill.Select(finished => finished.Count))}");
    }

    private static System.Text.Json.Nodes.JsonObject Draw(string address)
    {
        var drawing = new Drawing("killed").Node("begin", "input");
        for (var lane = 0; lane < Lanes; lane++)
        {
            for (var place = 0; place < NodesPerLane; place++)
            {
                var id = $"call-{lane}-{place}";
                var before = place == 0 ? "begin" : $"call-{lane}-{place - 1}";
                drawing.Node(id, "http_request", new { method = "POST", url = $"{address}/count/{id}" }, before);
            }
        }

        return drawing.Node("end", "merge", null, [.. Enumerable.Range(0, Lanes).Select(lane => $"call-{lane}-{NodesPerLane - 1}")])
            .ToFile();
    }

    private static async Task<IReadOnlyDictionary<string, int>> CountFinishedAsync(
        string connectionString, string executionId, EffectCounter effects)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        var finished = await connection.QueryAsync<string>(
            "SELECT node_id FROM agent_jobs WHERE execution_id = @executionId AND status = 'completed' AND job_type = 'http_request'",
            new { executionId });
        return finished.ToDictionary(nodeId => nodeId, nodeId => effects.Counts[nodeId]);
    }
}
