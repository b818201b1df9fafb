using Azure.Data.Tables;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Timers;

/// <summary>A history in Azure Storage that Durable Task cannot read: its instance hears of nothing any more, and never ends.</summary>
public class UnreadableHistoryTests(PostgresFixture postgres, StorageFixture storage)
{
    [Fact]
    public async Task An_execution_whose_history_cannot_be_read_is_begun_anew_and_completes()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var (account, hub) = (await storage.ConnectAsync(), $"test{Guid.NewGuid():N}");
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await FunctionsApp.StartAsync(
            database,
            new Dictionary<string, string?> { ["Sweep:StuckMinutes"] = "0.05" },
            sweepInterval: TimeSpan.FromSeconds(1),
            histories: new StorageHistories(account, hub));
        var drawing = new Drawing("Waits").Node("wait", "wait_for_signal", new { signal = "go" }).Node("end", "merge", null, "wait");
        var id = await app.Client.StartAsync(await app.Client.SaveAsync(drawing.ToFile()));
        await app.Client.UntilAsync(id, "wait", "waiting");

        var history = new TableClient(account, $"{hub}History");
        await foreach (var row in history.QueryAsync<TableEntity>(
            row => row.PartitionKey == id && row.RowKey != "sentinel", cancellationToken: cancelled))
        {
            row["EventType"] = "Nonsense";
            await history.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancelled);
        }

        await app.Client.PostAsync($"/api/executions/{id}/signals/go");

        Assert.Equal("completed", (await app.Client.RestAsync(id)).State);
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, id);
        Assert.Contains("no_progress", await database.QueryAsync<string>(
            "SELECT event_data ->> 'reason' FROM workflow_execution_events WHERE execution_id = $1 AND event_type = 'recovered'", id));
    }
}
