namespace WorkflowFunctions.Orchestration;

/// <summary>
/// What the rest of the program asks of an engine. Everything it is told is in the record already, so that a call that is
/// lost loses nothing: the engine finds unfinished executions by itself as well.
/// </summary>
public interface IEngine
{
    /// <summary>Runs the orchestration of an execution. Harmless if it runs already.</summary>
    Task StartAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>
    /// Raises a signal for an execution, and takes the execution up if it rests. The payload of a signal that people send is in
    /// the record; raising it says only that it is there.
    /// </summary>
    Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken);
}

/// <summary>The signals that the system itself raises.</summary>
public static class EngineSignals
{
    /// <summary>The status of the execution has changed: look at the record.</summary>
    public const string StatusChanged = "status-changed";

    /// <summary>What the names of signals begin with that nodes wait for, so that none of them is taken for the system's own.</summary>
    public const string NodePrefix = "node:";
}
