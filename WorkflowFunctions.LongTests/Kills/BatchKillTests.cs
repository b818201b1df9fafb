using System.Globalization;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.LongTests.Kills;

/// <summary>Real servers that are killed while a batch runs and its failed rows are retried.</summary>
public class BatchKillTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Rows = 120;
    private const int Kills = 4;

    [Fact]
    public async Task Each_row_becomes_one_execution()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        await using var effects = await EffectCounter.StartAsync();
        effects.FailingNames.UnionWith(Enumerable.Range(1, 10).Select(row => row.ToString(CultureInfo.InvariantCulture)));
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);

        string? batch = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken);
            if (batch is null)
            {
                var template = await server.Client.SaveAsync(
                    new Drawing("rows")
                        .Node(
                            "call",
                            "http_request",
                            new
                            {
                                method = "POST",
                                url = $"{effects.Address}/count/{{{{ params.name }}}}",
                                retry = new { max_attempts = 1 },
                            })
                        .Node("say", "transform", new { template = "{{ params.name }}" }, "call")
                        .ToFile());
                var rows = "name\n" + string.Concat(Enumerable.Range(1, Rows).Select(row => $"{row}\n"));
                batch = (await server.Client.SendRowsAsync(template, "text/csv", rows, "max_parallel=5")).Id;
            }

            await server.Client.BatchAsync(batch, row => row["rows_pending"].GetInt32() < Rows - (kill * 10));
            // Failed ones wait for their retry when the server is gone.
            await server.Client.PostAsync($"/api/batches/{batch}/retry");
            await Task.Delay(random.Next(600), cancellationToken);
            await server.KillAsync();
            await database.ExecuteAsync("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() "
                + "AND application_name = 'workflow-functions'");
        }

        effects.FailingNames.Clear();
        await using var last = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken);
        await last.Client.PostAsync($"/api/batches/{batch}/retry");
        while ((await last.Client.BatchAsync(batch!, row => row.State == "completed"))["rows_failed"].GetInt32() > 0)
            await last.Client.PostAsync($"/api/batches/{batch}/retry");

        Assert.Equal(Rows, (await database.QueryAsync<long>("SELECT count(*) FROM workflow_executions")).Single());
        Assert.Equal(Rows, (await database.QueryAsync<long>(
            "SELECT count(DISTINCT execution_id) FROM workflow_batch_rows r JOIN workflow_executions e ON e.id = r.execution_id WHERE "
                + "e.status = 'completed' AND r.status = 'completed'")).Single());
        // Each row's own params, whichever process has started it.
        Assert.Empty(await database.QueryAsync<int>(
            """
            SELECT r.number FROM workflow_batch_rows r JOIN workflow_executions e ON e.id = r.execution_id
            WHERE e.config_json -> 'params' ->> 'name' IS DISTINCT FROM r.number::text
            """));
        Assert.Equal(Rows, effects.Counts.Count);
    }
}
