using System.ComponentModel.DataAnnotations;

namespace WorkflowFunctions.Maintenance.Partitions;

/// <summary>How the partitions of the events are kept: the section <c>Partitions</c>.</summary>
public sealed record PartitionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Partitions";

    /// <summary>For how many quarters after this one there are partitions.</summary>
    [Range(1, 20, ErrorMessage = "Partitions:QuartersAhead must be from 1 to 20.")]
    public int QuartersAhead { get; set; } = 2;

    /// <summary>When partitions are made, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "0 1 * * *";
}
