using Microsoft.Extensions.Hosting;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Api.Executions;

/// <summary>
/// Counts the executions of the record now and then, if metrics are listened to. Every process does, whether it leads or not: a
/// queue that grows because nobody leads has to be seen.
/// </summary>
internal sealed class ExecutionGauges(RecordConnections database, WorkflowMetrics metrics, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        do
        {
            metrics.Unfinished = metrics.WantsUnfinished ? await CountAsync(stoppingToken) : null;
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private async Task<UnfinishedExecutions?> CountAsync(CancellationToken stopping)
    {
        try
        {
            var rows = await database.QueryAsync<(string State, long Count, double OldestSeconds)>(
                "execution_queries.unfinished",
                null,
                stopping);
            return new UnfinishedExecutions(
                rows.ToDictionary(row => row.State, row => row.Count),
                rows.Where(row => row.State == ExecutionStatus.Pending).Select(row => row.OldestSeconds).SingleOrDefault());
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // No figure rather than an old one; that the database is away is told elsewhere.
            return null;
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
