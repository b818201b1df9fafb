using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine;

/// <summary>
/// What the rest of the program asks of an engine. Everything it is told is in the record already, so that a call that is
/// lost loses nothing: the engine finds unfinished executions by itself as well.
/// </summary>
public interface IEngine
{
    /// <summary>Runs the orchestration of an execution. Harmless if it runs already.</summary>
    Task StartAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>
    /// Runs the orchestration of an execution that was accepted just now. An engine in this process need not read its row again.
    /// </summary>
    /// <param name="accepted">The row as it was inserted.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task StartAsync(ExecutionRow accepted, CancellationToken cancellationToken) => StartAsync(accepted.Id, cancellationToken);

    /// <summary>
    /// Raises a signal for an execution, and takes the execution up if it rests. The payload of a signal that people send is in
    /// the record; raising it says only that it is there.
    /// </summary>
    Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken);
}
