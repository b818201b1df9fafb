namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>The signals that the system itself raises.</summary>
internal static class EngineSignals
{
    /// <summary>The status of the execution has changed: look at the record.</summary>
    public const string StatusChanged = "status-changed";

    /// <summary>What the names of signals begin with that nodes wait for, so that none of them is taken for the system's own.</summary>
    public const string NodePrefix = "node:";
}
