using System.ComponentModel.DataAnnotations;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>How templates are started by time: the section <c>Schedules</c>.</summary>
public sealed record ScheduleOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Schedules";

    /// <summary>When the record is asked which schedules are due, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "* * * * * *";

    /// <summary>A time for which nothing has been started so many seconds later is missed.</summary>
    [Range(1, 86_400)]
    public int MissedAfterSeconds { get; set; } = 60;

    /// <summary>How many missed times <c>run_all</c> makes up for at the most: the latest ones.</summary>
    [Range(1, 10_000)]
    public int MaxCatchUp { get; set; } = 100;
}
