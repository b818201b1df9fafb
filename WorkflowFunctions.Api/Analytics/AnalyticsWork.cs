using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Analytics;

/// <summary>The summaries of executions and nodes, every hour.</summary>
internal sealed class AnalyticsWork(AnalyticsStore analytics, IOptions<AnalyticsOptions> options) : IRecurringWork
{
    /// <inheritdoc/>
    public string Name => "analytics";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => analytics.RefreshAsync(cancellationToken);
}

/// <summary>What has changed of days that are over, as long as the summaries do not say it.</summary>
internal sealed class AnalyticsChangesWork(AnalyticsStore analytics, IOptions<AnalyticsOptions> options) : IRecurringWork
{
    /// <inheritdoc/>
    public string Name => "analytics_changes";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.ChangesCron);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => analytics.CountChangesAsync(cancellationToken);
}

/// <summary>How the summaries are kept up to date: the section <c>Analytics</c>.</summary>
internal sealed record AnalyticsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Analytics";

    /// <summary>When <c>workflow_execution_summary</c> and <c>workflow_node_summary</c> are refreshed, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "5 * * * *";

    /// <summary>When days that are over and have changed are counted anew, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string ChangesCron { get; set; } = "*/20 * * * * *";
}
