using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Retention;

/// <summary>A table whose rows go to an archive, with or without the execution that they belong to.</summary>
/// <param name="Name">The table.</param>
/// <param name="ExecutionColumn">The column that names the execution.</param>
internal sealed record RetainedTable(string Name, string ExecutionColumn = "execution_id")
{
    public static readonly RetainedTable Executions = new("workflow_executions", "id");

    public static readonly RetainedTable Events = new("workflow_execution_events");

    public static readonly RetainedTable Metrics = new("workflow_execution_metrics");

    /// <summary>All of them, children before parents.</summary>
    public static readonly IReadOnlyList<RetainedTable> All =
        [new("celery_tasks"), Metrics, new("workflow_checkpoints"), Events, new("agent_jobs"), Executions];

    /// <summary>The table that keeps its rows of a quarter (schema document, "Recommended TTL Strategy").</summary>
    public string ArchiveOf(Quarter quarter) => $"{Name}_archive_{quarter}";

    /// <summary>The folder of blobs that keep its rows of a quarter.</summary>
    public string FolderOf(Quarter quarter) => $"{quarter}/{Name}/";
}

/// <summary>The times before which rows go, for a run that began at one moment. Null for what never goes.</summary>
internal sealed record RetentionCutoffs
{
    public DateTimeOffset Now { get; private init; }

    public DateTimeOffset? Completed { get; private init; }

    public DateTimeOffset? Failed { get; private init; }

    public DateTimeOffset? Cancelled { get; private init; }

    public DateTimeOffset? Paused { get; private init; }

    public DateTimeOffset? Pending { get; private init; }

    public DateTimeOffset? Events { get; private init; }

    public DateTimeOffset? Metrics { get; private init; }

    public static RetentionCutoffs Of(RetentionOptions options, DateTimeOffset now) => new()
    {
        Now = now,
        Completed = Cutoff(options.Completed, now),
        Failed = Cutoff(options.Failed, now),
        Cancelled = Cutoff(options.Cancelled, now),
        Paused = Cutoff(options.Paused, now),
        Pending = Cutoff(options.Pending, now),
        Events = Cutoff(options.Events, now),
        Metrics = Cutoff(options.Metrics, now),
    };

    private static DateTimeOffset? Cutoff(string text, DateTimeOffset now) =>
        RetentionPeriod.TryParse(text, out var period) ? period.CutoffAt(now) : null;
}
