using WorkflowFunctions.Graph;

namespace WorkflowFunctions.Orchestration;

/// <summary>Where an execution stands when it is taken up.</summary>
public sealed record OpenedExecution
{
    /// <summary>Whether it is to run; if not, the rest is empty.</summary>
    public bool Runs { get; init; }

    /// <summary>The shape of its workflow.</summary>
    public Topology Topology { get; init; } = new([], []);

    /// <summary>How nodes have settled.</summary>
    public IReadOnlyList<Settlement> Settled { get; init; } = [];

    /// <summary>Nodes that wait, for a time or for another attempt.</summary>
    public IReadOnlyList<WaitingNode> Waiting { get; init; } = [];

    /// <summary>The nodes that may run at once.</summary>
    public int MaxParallelNodes { get; init; }
}

/// <summary>A node that is to run at a time.</summary>
/// <param name="Node">Its index in the topology.</param>
/// <param name="Until">When.</param>
public sealed record WaitingNode(int Node, DateTimeOffset Until);

/// <summary>The input of <see cref="Steps.RunNode"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="NodeId">The node.</param>
public sealed record RunNode(string ExecutionId, string NodeId);

/// <summary>The input of <see cref="Steps.SkipNodes"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="NodeIds">The nodes.</param>
public sealed record SkipNodes(string ExecutionId, IReadOnlyList<string> NodeIds);

/// <summary>The input of <see cref="Steps.Finish"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="FailedNodeId">The node that failed; null if the execution completed.</param>
/// <param name="Error">Why it failed.</param>
public sealed record FinishExecution(string ExecutionId, string? FailedNodeId = null, string? Error = null);

/// <summary>What came of running a node, as far as the orchestration needs to know.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Branch">The branch taken, of a node that is settled.</param>
/// <param name="At">When to run it again, of one that waits.</param>
/// <param name="Error">Why it failed, of one that fails the execution.</param>
public sealed record NodeOutcome(NodeOutcomeKind Kind, string? Branch = null, DateTimeOffset? At = null, string? Error = null)
{
    /// <summary>The node is settled; nodes after it may run.</summary>
    public static NodeOutcome Settled(string? branch) => new(NodeOutcomeKind.Settled, branch);

    /// <summary>The node is to run again at that time: for another attempt, or because it waits.</summary>
    public static NodeOutcome RunAgainAt(DateTimeOffset at) => new(NodeOutcomeKind.RunAgain, At: at);

    /// <summary>The node failed, and the execution with it.</summary>
    public static NodeOutcome Failed(string error) => new(NodeOutcomeKind.Failed, Error: error);

    /// <summary>The execution is not to go on: it was paused or cancelled.</summary>
    public static readonly NodeOutcome Halted = new(NodeOutcomeKind.Halted);
}

/// <summary>The kinds of <see cref="NodeOutcome"/>.</summary>
public enum NodeOutcomeKind
{
    /// <summary>The node is settled.</summary>
    Settled,

    /// <summary>The node is to run again later.</summary>
    RunAgain,

    /// <summary>The node failed, and the execution with it.</summary>
    Failed,

    /// <summary>The execution is not to go on.</summary>
    Halted,
}
