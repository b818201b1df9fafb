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
