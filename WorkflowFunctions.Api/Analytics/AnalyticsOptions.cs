using System.ComponentModel.DataAnnotations;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Analytics;

/// <summary>How the summary of executions is kept up to date: the section <c>Analytics</c>.</summary>
public sealed record AnalyticsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Analytics";

    /// <summary>When <c>workflow_execution_summary</c> is refreshed, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "5 * * * *";
}
