namespace WorkflowFunctions.Record.Queries;

/// <summary>How the executions of the record stand.</summary>
/// <param name="Executions">How many there are that have not ended: <c>pending</c>, <c>running</c>, <c>waiting</c> (nothing of them runs until a time or a signal) and <c>paused</c>.</param>
/// <param name="OldestPendingSeconds">The age of the oldest pending one; 0 if there is none.</param>
public sealed record Standing(IReadOnlyDictionary<string, long> Executions, double OldestPendingSeconds);
