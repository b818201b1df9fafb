namespace WorkflowFunctions.Api.Recurring;

/// <summary>Work that only one may do at a time is being done. The message says which.</summary>
public sealed class MaintenanceBusyException(string message) : Exception(message);
