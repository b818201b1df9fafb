using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Analytics;

/// <summary>The summary of executions, every hour.</summary>
internal sealed class AnalyticsWork(AnalyticsStore analytics, IOptions<AnalyticsOptions> options) : IRecurringWork
{
    /// <inheritdoc/>
    public string Name => "analytics";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => analytics.RefreshAsync(cancellationToken);
}
