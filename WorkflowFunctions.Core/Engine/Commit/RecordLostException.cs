namespace WorkflowFunctions.Engine.Commit;

/// <summary>
/// The connection through which this process may write is gone, and with it the right to: another process may have taken over.
/// What was not answered is not known to be written; the record tells.
/// </summary>
public sealed class RecordLostException(string message, Exception? inner = null) : Exception(message, inner);
