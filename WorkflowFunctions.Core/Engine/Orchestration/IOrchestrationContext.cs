namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>
/// The port: what an engine gives the orchestration. It is what Durable Functions gives an orchestrator and no more, so that
/// one <see cref="WorkflowOrchestration"/> runs on any engine.
/// </summary>
/// <remarks>
/// The orchestration is deterministic: it takes time, results and signals from here alone, and awaits nothing else. An engine
/// may therefore replay it from a history, as Durable Functions does, or run it once and rebuild it from the record after a
/// crash, as the Local engine does. An engine runs at most one orchestration of an execution at a time, and its members are
/// called from that orchestration only.
/// </remarks>
internal interface IOrchestrationContext
{
    /// <summary>The execution. It is the id of the orchestration as well, unless that runs a slice of a loop.</summary>
    string ExecutionId { get; }

    /// <summary>
    /// The number of steps after which the orchestration goes on as new, so that a history stays short. An engine that keeps no
    /// history says <see cref="int.MaxValue"/>.
    /// </summary>
    int MaxStepsPerGeneration { get; }

    /// <summary>
    /// How many nodes that take no time to speak of (<see cref="WorkflowFunctions.Workflows.TopologyNode.IsShort"/>) one step runs side by
    /// side; 1 for an engine to which a step costs as good as nothing.
    /// </summary>
    int MaxNodesPerStep { get; }

    /// <summary>The time, the same whenever the orchestration is replayed to this point.</summary>
    DateTimeOffset Now { get; }

    /// <summary>
    /// How long a wait may be for an orchestration to be kept while nothing runs. With a longer one it rests: it ends, and is
    /// started again from the record when the wait is over or a signal comes. An engine that keeps orchestrations outside of
    /// memory says <see cref="TimeSpan.MaxValue"/>.
    /// </summary>
    TimeSpan LongestWait { get; }

    /// <summary>
    /// Runs parts of large loops elsewhere; null for an engine that gains nothing by it, as one does that runs all nodes in one
    /// process. One that has it keeps orchestrations however long they wait.
    /// </summary>
    ISlices? Slices { get; }

    /// <summary>Runs a step: in Durable Functions an activity. Steps may be delivered more than once; they are idempotent.</summary>
    /// <exception cref="Exception">The step failed for a reason that is not the workflow's; the orchestration ends with it.</exception>
    Task<TOutput> CallStepAsync<TInput, TOutput>(Step<TInput, TOutput> step, TInput input);

    /// <summary>Completes at that time, or at once if it is past.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    Task WaitUntilAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Completes when a signal of that name is raised, or was raised before and not taken yet.</summary>
    /// <returns>The payload of the signal: JSON, or null.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    Task<string?> WaitForSignalAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Ends this generation and starts the orchestration anew, from the record, once the calling method has returned. Signals
    /// that were not taken are kept.
    /// </summary>
    void ContinueAsNew();
}

/// <summary>
/// What an engine of several processes adds to the port: parts of a large loop (<c>for_each</c>) as orchestrations of their own,
/// so that its items are spread over the processes and no orchestration has to hear of all of them. In Durable Functions they
/// are sub-orchestrations. An orchestration that runs a slice goes on as new by itself, from the record.
/// </summary>
internal interface ISlices
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
