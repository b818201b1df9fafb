using System.ComponentModel.DataAnnotations;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Partitions;

/// <summary>How partitions are kept: the section <c>Partitions</c>.</summary>
public sealed record PartitionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Partitions";

    /// <summary>For how many quarters after this one the events have partitions.</summary>
    [Range(1, 20, ErrorMessage = "Partitions:QuartersAhead must be from 1 to 20.")]
    public int QuartersAhead { get; set; } = 2;

    /// <summary>How many executions a workspace has before it gets a partition of its own, where executions are partitioned.</summary>
    [Range(1, long.MaxValue, ErrorMessage = "Partitions:MajorWorkspaceRows must be 1 or more.")]
    public long MajorWorkspaceRows { get; set; } = 100_000;

    /// <summary>When partitions are made, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "0 1 * * *";
}
