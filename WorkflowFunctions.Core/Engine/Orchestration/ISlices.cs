namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>
/// What an engine of several processes adds to the port: parts of a large loop (<c>for_each</c>) as orchestrations of their own,
/// so that its items are spread over the processes and no orchestration has to hear of all of them. In Durable Functions they
/// are sub-orchestrations. An orchestration that runs a slice goes on as new by itself, from the record.
/// </summary>
public interface ISlices
{
    /// <summary>The number of items above which a loop is divided, and which no slice has more of.</summary>
    int MaxItems { get; }

    /// <summary>How many slices of a loop may run at once: more of them gain nothing.</summary>
    int MaxAtOnce { get; }

    /// <summary>Runs <see cref="SliceOrchestration"/> for a slice.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="stopping">
    /// Asks it to stop by raising <see cref="EngineSignals.StatusChanged"/> for it. What runs of it finishes first.
    /// </param>
    /// <returns>What came of it: settled, failed, or halted.</returns>
    /// <exception cref="Exception">It could not be run.</exception>
    Task<NodeOutcome> RunAsync(LoopSlice slice, CancellationToken stopping);
}
