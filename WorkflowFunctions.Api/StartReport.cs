using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Api.Documents;
using WorkflowFunctions.Api.Executions;

namespace WorkflowFunctions.Api;

/// <summary>Says at the start, before anything runs, what an application's tables would make go wrong, and what is left alone.</summary>
internal sealed class StartReport(DocumentColumns documents, StaleExecutions stale, ILogger<StartReport> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryReportAsync(stoppingToken))
            await Task.Delay(s_interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> TryReportAsync(CancellationToken stopping)
    {
        try
        {
            if (await stale.CountAsync(null, stopping) is { Count: > 0 and var count, OldestCreatedAt: var since })
            {
                logger.LogWarning(
                    "{Count} executions of another program have been pending since {Since:u} or later, for longer than Retention:Pending, "
                        + "and are left alone; POST /api/executions/stale/start or /cancel",
                    count, since);
            }

            if (await documents.FindProblemAsync(stopping) is { } problem)
                logger.LogWarning("{Problem}", problem);
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // The database is not there yet, or has not been migrated.
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
