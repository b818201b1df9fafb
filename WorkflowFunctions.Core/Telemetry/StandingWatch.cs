using Microsoft.Extensions.Hosting;
using Npgsql;
using WorkflowFunctions.Record.Queries;

namespace WorkflowFunctions.Telemetry;

/// <summary>
/// Looks now and then how the executions of the record stand, if metrics are listened to. Every process does, whether it leads or not: a
/// queue that grows because nobody leads has to be seen.
/// </summary>
internal sealed class StandingWatch(CommonQueries queries, WorkflowMetrics metrics, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        do
        {
            metrics.Standing = metrics.WantsStanding ? await FindAsync(stoppingToken) : null;
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private async Task<Standing?> FindAsync(CancellationToken stopping)
    {
        try
        {
            return await queries.FindStandingAsync(stopping);
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
