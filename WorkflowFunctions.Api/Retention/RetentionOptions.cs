namespace WorkflowFunctions.Api.Retention;

/// <summary>
/// How long rows stay where they are used before they go to the archive: the section <c>Retention</c>. The defaults are the
/// schema document's ("Recommended TTL Strategy" and the TTL of events and metrics). A time is <c>12 months</c>,
/// <c>30 days</c> or <c>never</c>.
/// </summary>
public sealed record RetentionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Retention";

    /// <summary>Completed executions, from their end.</summary>
    public string Completed { get; set; } = "12 months";

    /// <summary>Failed executions, from their end.</summary>
    public string Failed { get; set; } = "6 months";

    /// <summary>Cancelled executions, from their end; the document does not know them, they are kept as failed ones.</summary>
    public string Cancelled { get; set; } = "6 months";

    /// <summary>Paused executions, from their last change.</summary>
    public string Paused { get; set; } = "30 days";

    /// <summary>Pending executions, from their last change: when they were accepted, or resumed.</summary>
    public string Pending { get; set; } = "7 days";

    /// <summary>Events of executions that stay, from when they happened.</summary>
    public string Events { get; set; } = "90 days";

    /// <summary>Metrics of executions that stay, from when they were measured.</summary>
    public string Metrics { get; set; } = "12 months";

    /// <summary>A container of Azure Blob Storage for the rows to go to; without one they go to archive tables.</summary>
    public RetentionBlobOptions Blob { get; set; } = new();

    /// <summary>How many executions go in one transaction, and a tenth of how many events.</summary>
    public int BatchSize { get; set; } = 500;

    /// <summary>When retention runs, in UTC.</summary>
    public string Cron { get; set; } = "0 2 * * *";
}
