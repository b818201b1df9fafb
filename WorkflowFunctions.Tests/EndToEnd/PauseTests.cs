using System.Net;
using System.Text.Json;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>Pause in the middle of a fan-out, a restart while it is paused, and resume.</summary>
public class PauseTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_run_that_is_paused_restarted_and_resumed_gives_what_one_without_a_pause_gives()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var effects = await EffectCounter.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        var connectionString = database.ConnectionString;
        var file = Draw(effects.Address);
        ApiAnswer unpaused;
        string executionId;
        await using (var server = await ServerProcess.StartAsync(connectionString, cancellationToken))
        {
            unpaused = await server.Client.RestAsync(await server.Client.StartFileAsync(file));

            // Calls do not end before the execution is paused.
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            effects.Gate = gate.Task;
            var called = effects.NextCallAsync();
            executionId = await server.Client.StartFileAsync(file, config: new { max_parallel_nodes = 4 });
            await called;
            Assert.Equal(HttpStatusCode.Accepted, (await server.Client.PostAsync($"/api/executions/{executionId}/pause")).Status);
            Assert.Equal(HttpStatusCode.Conflict, (await server.Client.PostAsync($"/api/executions/{executionId}/pause")).Status);
            gate.SetResult();
            await AssertDrainedAsync(connectionString, executionId, cancellationToken);
            await server.KillAsync();
        }

        var callsWhilePaused = effects.Counts.Values.Sum();
        await using (var server = await ServerProcess.StartAsync(connectionString, cancellationToken))
        {
            // Long enough for a server that ignores the pause to have begun.
            await Task.Delay(500, cancellationToken);
            Assert.Equal(callsWhilePaused, effects.Counts.Values.Sum());
            Assert.Equal(HttpStatusCode.Accepted, (await server.Client.PostAsync($"/api/executions/{executionId}/resume")).Status);
            var resumed = await server.Client.RestAsync(executionId);
            Assert.Equal("completed", resumed.State);
            Assert.True(JsonElement.DeepEquals(unpaused["outputs"], resumed["outputs"]));
            Assert.Equal(HttpStatusCode.Conflict, (await server.Client.PostAsync($"/api/executions/{executionId}/resume")).Status);
        }

        await RecordChecks.AssertCompleteAsync(connectionString, executionId);
        Assert.All(effects.Counts.Values, count => Assert.Equal(2, count));
    }

    /// <summary>Twelve calls side by side, whose names alone come out.</summary>
    private static System.Text.Json.Nodes.JsonObject Draw(string address)
    {
        var drawing = new Drawing("paused").Node("begin", "input");
        foreach (var id in Calls)
            drawing.Node(id, "http_request", new { method = "POST", url = $"{address}/count/{id}" }, "begin");
        var names = Calls.ToDictionary(id => id, id => $"{{{{ nodes.{id}.body.name }}}}");
        return drawing.Node("end", "output", new { value = names }, Calls).ToFile();
    }

    private static string[] Calls { get; } = [.. Enumerable.Range(0, 12).Select(number => $"call-{number}")];

    /// <summary>What ran has finished, nothing has begun since, and the checkpoint says so.</summary>
    private static async Task AssertDrainedAsync(string connectionString, string executionId, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        dynamic? checkpoint;
        while ((
                checkpoint = await connection.QuerySingleOrDefaultAsync(
                    "SELECT * FROM workflow_checkpoints WHERE execution_id = @executionId AND checkpoint_type = 'pause' AND is_latest",
                    new { executionId }))
                is null)
        {
            await Task.Delay(50, cancellationToken);
        }

        var statuses = (await connection.QueryAsync<string>(
            "SELECT status FROM agent_jobs WHERE execution_id = @executionId AND job_type = 'http_request'", new { executionId })).ToList();
        Assert.NotEmpty(statuses);
        Assert.True(statuses.Count < Calls.Length, "The run was over before the pause.");
        Assert.All(statuses, status => Assert.Equal("completed", status));
        Assert.Equal(statuses.Count + 1, ((string[])checkpoint.completed_node_ids).Length);
        Assert.Equal(Calls.Length - statuses.Count + 1, ((string[])checkpoint.pending_node_ids).Length);
        Assert.Equal(
            "paused",
            await connection.QuerySingleAsync<string>(
                "SELECT status FROM workflow_executions WHERE id = @executionId", new { executionId }));
    }
}
