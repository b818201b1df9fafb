using System.Text.Json.Nodes;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.EndToEnd;

/// <summary>The app is killed in the middle of a run, and the next one on its task hub finishes what it left there.</summary>
public class KillTests(PostgresFixture postgres, StorageFixture storage)
{
    private const int Lanes = 3, NodesPerLane = 8;

    [Fact]
    public async Task A_run_whose_app_is_killed_twice_completes_from_its_history_with_every_finished_node_run_once()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        await using var effects = await EffectCounter.StartAsync();
        var account = await storage.ConnectAsync();
        var hub = $"test{Guid.NewGuid():N}";

        string? id = null;
        // How often each was called until it was recorded.
        var finished = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var kill = 0; kill < 2; kill++)
        {
            // Calls end when the test says so: at the kill one more of them is recorded, and those behind it are under way.
            var (first, behind) = (NewGate(), NewGate());
            effects.Gate = first.Task;
            var called = effects.NextCallAsync();
            await using var app = await FunctionsProcess.StartAsync(database, account, hub, cancellationToken);
            id ??= await app.Client.StartFileAsync(Draw(effects.Address));
            await called.WaitAsync(cancellationToken);
            effects.Gate = behind.Task;
            first.SetResult();
            var before = finished.Count;
            while (finished.Count == before)
                await NoteFinishedAsync();
            await app.KillAsync();
            await NoteFinishedAsync();
            behind.SetResult();
        }

        effects.Gate = Task.CompletedTask;
        Assert.InRange(finished.Count, 1, (Lanes * NodesPerLane) - 1);
        await using var last = await FunctionsProcess.StartAsync(database, account, hub, cancellationToken);
        var run = await last.Client.RestAsync(id!);

        Assert.True(run.State == "completed", $"{run.State}: {run["error_message"]}");
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, id!);
        Assert.Equal(Lanes * NodesPerLane, effects.Counts.Count);
        Assert.All(finished, node => Assert.Equal(node.Value, effects.Counts[node.Key]));
        Assert.Equal([1L], await database.QueryAsync<long>(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM workflow_execution_events WHERE execution_id = $1 AND event_type = "
                + "'node_completed' GROUP BY node_id) AS c", id!));

        async Task NoteFinishedAsync()
        {
            foreach (var node in await database.QueryAsync<string>(
                "SELECT node_id FROM agent_jobs WHERE execution_id = $1 AND status = 'completed' AND job_type = 'http_request'", id!))
            {
                finished.TryAdd(node, effects.Counts[node]);
            }
        }
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static JsonObject Draw(string address)
    {
        var drawing = new Drawing("killed").Node("begin", "input");
        for (var lane = 0; lane < Lanes; lane++)
        {
            for (var place = 0; place < NodesPerLane; place++)
            {
                var node = $"call-{lane}-{place}";
                drawing.Node(
                    node, "http_request", new { method = "POST", url = $"{address}/count/{node}" },
                    place == 0 ? "begin" : $"call-{lane}-{place - 1}");
            }
        }

        return drawing.Node("end", "merge", null, [.. Enumerable.Range(0, Lanes).Select(lane => $"call-{lane}-{NodesPerLane - 1}")])
            .ToFile();
    }
}
