namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>
/// A step could not do its work, for a reason that is not the workflow's: the record is out of reach, for example. The
/// orchestration ends; the execution is opened again from the record.
/// </summary>
public sealed class StepFailedException(Exception inner) : Exception($"A step failed: {inner.Message}", inner);
