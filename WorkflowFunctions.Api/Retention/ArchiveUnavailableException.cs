namespace WorkflowFunctions.Api.Retention;

/// <summary>The container that rows are archived to cannot be used. The rows of the batch at hand are where they were.</summary>
public sealed class ArchiveUnavailableException(string message, Exception inner) : Exception(message, inner);
