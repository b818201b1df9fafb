namespace WorkflowFunctions.Engine.Record;

/// <summary>An execution whose status was changed by a person.</summary>
/// <param name="Row">The row after it.</param>
/// <param name="Relatives">The executions that it has started and that changed with it.</param>
public sealed record StatusChange(ExecutionRow Row, IReadOnlyList<string> Relatives);
