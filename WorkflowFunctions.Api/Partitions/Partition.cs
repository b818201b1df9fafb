namespace WorkflowFunctions.Api.Partitions;

/// <summary>A partition to be made.</summary>
/// <param name="Name">Its table: <c>workflow_execution_events_2025_q4</c>.</param>
/// <param name="Bounds">What follows <c>FOR VALUES</c>.</param>
/// <param name="Condition">The same as a condition on rows.</param>
internal sealed record Partition(string Name, string Bounds, string Condition);
