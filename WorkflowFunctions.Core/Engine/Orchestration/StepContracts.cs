using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>Where an execution, or a slice of one of its loops, stands when it is opened.</summary>
internal sealed record OpenedExecution
{
    /// <summary>Whether it is to run; if not, the rest is empty.</summary>
    public bool Runs { get; init; }

    /// <summary>The shape of its workflow.</summary>
    public Topology Topology { get; init; } = new([], []);

    /// <summary>The items that its nodes run for, as they are written after a node's id: those of a slice of a nested loop.</summary>
    public string Items { get; init; } = "";

    /// <summary>Whether it is a slice of a loop: the loop is its only node, and ends elsewhere.</summary>
    public bool IsSlice { get; init; }

    /// <summary>How its nodes stand.</summary>
    public ScopeState State { get; init; } = new();

    /// <summary>The nodes that may run at once.</summary>
    public int MaxParallelNodes { get; init; }

    /// <summary>When the execution fails if it has not ended (<c>timeout_seconds</c>); null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>How the nodes of a workflow, or of a body that runs for one item, stand. A node that is not named has not begun.</summary>
internal sealed record ScopeState
{
    /// <summary>How nodes have settled.</summary>
    public IReadOnlyList<Settlement> Settled { get; init; } = [];

    /// <summary>Nodes that wait, for a time, a signal or another attempt.</summary>
    public IReadOnlyList<WaitingNode> Waiting { get; init; } = [];

    /// <summary>Nodes whose bodies run.</summary>
    public IReadOnlyList<LoopState> Loops { get; init; } = [];
}

/// <summary>A node that is to run at a time, or when a signal comes.</summary>
/// <param name="Node">Its place in the topology.</param>
/// <param name="Until">When; null for no time.</param>
/// <param name="Signal">The signal; null for none.</param>
internal sealed record WaitingNode(int Node, DateTimeOffset? Until, string? Signal = null);

/// <summary>A node whose body runs.</summary>
/// <param name="Node">Its place in the topology.</param>
/// <param name="Count">The number of items.</param>
/// <param name="MaxParallel">For how many of them the body runs at once.</param>
/// <param name="Done">The items that are done, as ranges in ascending order.</param>
/// <param name="Open">The items that have begun and are not done.</param>
/// <param name="Until">When the loop fails if it has not ended; null for never.</param>
internal sealed record LoopState(
    int Node, int Count, int MaxParallel, IReadOnlyList<ItemRange> Done, IReadOnlyList<ItemState> Open, DateTimeOffset? Until = null);

/// <summary>Items that stand side by side.</summary>
/// <param name="From">The first one.</param>
/// <param name="To">The one after the last.</param>
internal readonly record struct ItemRange(int From, int To);

/// <summary>How the body stands for one item.</summary>
/// <param name="Index">The item.</param>
/// <param name="State">How its nodes stand.</param>
internal sealed record ItemState(int Index, ScopeState State);

/// <summary>The input of <see cref="Step.RunNode"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="NodeId">The node, as the record names it: <see cref="NodePath"/>.</param>
internal sealed record RunNode(string ExecutionId, string NodeId);

/// <summary>The input of <see cref="Step.RunNodes"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="NodeIds">The nodes, as the record names them.</param>
internal sealed record RunNodes(string ExecutionId, IReadOnlyList<string> NodeIds);

/// <summary>Some items of a loop, which an orchestration of their own runs. The input of <see cref="Step.OpenSlice"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="NodeId">The node that has the body, as the record names it.</param>
/// <param name="From">The first item.</param>
/// <param name="To">The one after the last.</param>
/// <param name="MaxParallel">For how many of them the body runs at once.</param>
/// <param name="MaxParallelNodes">The nodes that may run at once.</param>
internal sealed record LoopSlice(string ExecutionId, string NodeId, int From, int To, int MaxParallel, int MaxParallelNodes);

/// <summary>The input of <see cref="Step.SkipNodes"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="NodeIds">The nodes, as the record names them.</param>
internal sealed record SkipNodes(string ExecutionId, IReadOnlyList<string> NodeIds);

/// <summary>The input of <see cref="Step.CloseBody"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="NodeId">The node that has the body, as the record names it.</param>
/// <param name="Error">Why the body failed; null if it is done for every item.</param>
internal sealed record CloseBody(string ExecutionId, string NodeId, string? Error = null);

/// <summary>The input of <see cref="Step.Rest"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Until">When to wake it; null if only a signal is waited for.</param>
internal sealed record RestExecution(string ExecutionId, DateTimeOffset? Until);

/// <summary>The input of <see cref="Step.Finish"/>.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="FailedNodeId">The node that failed; null if the execution completed.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record FinishExecution(string ExecutionId, string? FailedNodeId = null, string? Error = null);

/// <summary>
/// What came of a step that has run a node and those that follow it (<see cref="Segment"/>), as far as the orchestration needs to know.
/// </summary>
/// <param name="Settled">How nodes have settled, in the order in which they did.</param>
/// <param name="Stopped">
/// The node at which it stopped, by its place in the topology, and what came of that one; null if it did at none.
/// </param>
internal sealed record SegmentOutcome(IReadOnlyList<Settlement> Settled, StoppedNode? Stopped = null)
{
    /// <summary>The execution is not to go on.</summary>
    public static readonly SegmentOutcome Halted = new([], new StoppedNode(0, NodeOutcome.Halted));
}

/// <summary>A node that has not settled: it waits, its body is to run, it has failed for good, or it is not to run now.</summary>
/// <param name="Node">Its place in the topology.</param>
/// <param name="Outcome">What came of it.</param>
internal sealed record StoppedNode(int Node, NodeOutcome Outcome);

/// <summary>What came of running a node, as far as the orchestration needs to know.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Branch">The branch taken, of a node that is settled.</param>
/// <param name="At">When to run it again, of one that waits; when to fail it, of one whose body is to run.</param>
/// <param name="Signal">The signal that makes it run again, of one that waits.</param>
/// <param name="Items">The number of items, of one whose body is to run.</param>
/// <param name="MaxParallel">For how many of them at once.</param>
/// <param name="Error">Why it failed, of one that fails the execution.</param>
internal sealed record NodeOutcome(
    NodeOutcomeKind Kind,
    string? Branch = null,
    DateTimeOffset? At = null,
    string? Signal = null,
    int Items = 0,
    int MaxParallel = 0,
    string? Error = null)
{
    /// <summary>The node is settled; nodes after it may run.</summary>
    public static NodeOutcome Settled(string? branch) => new(NodeOutcomeKind.Settled, branch);

    /// <summary>The node is to run again at that time: for another attempt, or because it waits.</summary>
    public static NodeOutcome RunAgainAt(DateTimeOffset at) => new(NodeOutcomeKind.RunAgain, At: at);

    /// <summary>The node is to run again when a signal comes, or at a time if one is given and it has not come.</summary>
    public static NodeOutcome RunAgainOn(string signal, DateTimeOffset? at) => new(NodeOutcomeKind.RunAgain, At: at, Signal: signal);

    /// <summary>The body of the node is to run for each item, until a time if one is given.</summary>
    public static NodeOutcome RunBody(int items, int maxParallel, DateTimeOffset? until = null) =>
        new(NodeOutcomeKind.RunBody, At: until, Items: items, MaxParallel: maxParallel);

    /// <summary>The node failed, and with it the body that it is in, or the execution.</summary>
    public static NodeOutcome Failed(string error) => new(NodeOutcomeKind.Failed, Error: error);

    /// <summary>The execution is not to go on: it was paused or cancelled.</summary>
    public static readonly NodeOutcome Halted = new(NodeOutcomeKind.Halted);
}

/// <summary>The kinds of <see cref="NodeOutcome"/>.</summary>
internal enum NodeOutcomeKind
{
    /// <summary>The node is settled.</summary>
    Settled,

    /// <summary>The node is to run again later.</summary>
    RunAgain,

    /// <summary>The body of the node is to run.</summary>
    RunBody,

    /// <summary>The node failed for good.</summary>
    Failed,

    /// <summary>The execution is not to go on.</summary>
    Halted,
}
