namespace WorkflowFunctions.Api.Retention;

/// <summary>What a run of retention archived and deleted, or would.</summary>
public sealed record RetentionReport
{
    /// <summary>Whether nothing was changed.</summary>
    public required bool DryRun { get; init; }

    /// <summary>The moment that the ages of rows were counted to.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The rows, by table and quarter; without those that have none.</summary>
    public required IReadOnlyList<RetentionLine> Tables { get; init; }

    /// <summary>Attachments that stay, without the execution that made them.</summary>
    public required long AttachmentsDetached { get; init; }

    /// <summary>How many executions could not go, because a table that this system does not know refers to them, or someone kept their rows locked.</summary>
    public long HeldCount { get; init; }

    /// <summary>The first of those that could not go. A dry run does not find them.</summary>
    public IReadOnlyList<HeldExecution> Held { get; init; } = [];

    /// <summary>All rows.</summary>
    public long TotalRows => Tables.Sum(line => line.Rows);
}

/// <summary>Rows of a table that went, or would go, into the archive of one quarter.</summary>
/// <param name="Table">The table: <c>agent_jobs</c>.</param>
/// <param name="Quarter">The quarter of their <c>created_at</c>: <c>2025_q1</c>.</param>
/// <param name="ArchiveTable">Where they went: <c>agent_jobs_archive_2025_q1</c>; null if they went to blobs.</param>
/// <param name="BlobFolder">Where they went in the container of blobs: <c>2025_q1/agent_jobs/</c>; null if they went to a table.</param>
/// <param name="Rows">How many.</param>
public sealed record RetentionLine(string Table, string Quarter, string? ArchiveTable, string? BlobFolder, long Rows);

/// <summary>An execution that could not go.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Reason">What PostgreSQL said.</param>
public sealed record HeldExecution(string ExecutionId, string Reason);
