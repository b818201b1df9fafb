namespace WorkflowFunctions.Workflows;

/// <summary>
/// Decides what may run next. It is told how nodes settled and answers with the nodes that are ready and those that are
/// skipped. Pure and deterministic: the same settlements in the same order give the same answers, and a frontier that is
/// rebuilt from a record continues where the first one stood (design, rule 4).
/// </summary>
internal sealed class Frontier
{
    /// <summary>The branch of a node that failed with <c>on_error: branch</c>; no other edge of it is live.</summary>
    public const string ErrorBranch = "error";

    private readonly Topology _topology;
    private readonly int[] _settledIncoming;
    private readonly bool[] _hasLiveIncoming;
    private readonly State[] _states;
    private readonly Queue<int> _ready = new();
    private readonly Stack<int> _unpropagatedSkips = new();
    private List<int> _skipped = [];

    /// <summary>A frontier at the start of a workflow: the nodes without incoming edges are ready.</summary>
    public Frontier(Topology topology)
        : this(topology, [])
    {
    }

    /// <summary>A frontier in the middle of a workflow.</summary>
    /// <param name="topology">The shape of the workflow.</param>
    /// <param name="settled">How nodes settled so far, in any order; nodes that are not named have not.</param>
    public Frontier(Topology topology, IReadOnlyCollection<Settlement> settled)
    {
        var count = topology.Nodes.Count;
        _topology = topology;
        _settledIncoming = new int[count];
        _hasLiveIncoming = new bool[count];
        _states = new State[count];
        // All that is settled is marked before any edge is followed, so that no settled node becomes ready again.
        foreach (var settlement in Mark(settled))
            Follow(settlement);
        for (var node = 0; node < count; node++)
            Decide(node);
        PropagateSkips();
    }

    private enum State
    {
        Waiting,
        Ready,
        Taken,
        Settled,
    }

    /// <summary>The number of nodes that are settled: completed, failed and gone past, or skipped.</summary>
    public int SettledCount { get; private set; }

    /// <summary>Whether every node is settled.</summary>
    public bool IsDone => SettledCount == _states.Length;

    /// <summary>Takes a node that may run now; the caller runs it and settles it later.</summary>
    public bool TryTakeReady(out int node)
    {
        while (_ready.TryDequeue(out node))
        {
            if (_states[node] != State.Ready)
                continue;
            Take(node);
            return true;
        }

        return false;
    }

    /// <summary>Takes a node that has begun already, with the nodes before it.</summary>
    public void Take(int node)
    {
        if (_states[node] != State.Settled)
            _states[node] = State.Taken;
    }

    /// <summary>Takes the nodes found to be skipped since the last call, in the order in which they were found.</summary>
    public IReadOnlyList<int> TakeSkipped()
    {
        if (_skipped.Count == 0)
            return [];
        var skipped = _skipped;
        _skipped = [];
        return skipped;
    }

    /// <summary>Settles a node. A node that is settled already stays as it is.</summary>
    public void Settle(Settlement settlement) => Settle([settlement]);

    /// <summary>Settles nodes that have run, or were skipped, together.</summary>
    public void Settle(IReadOnlyCollection<Settlement> settlements)
    {
        foreach (var settlement in Mark(settlements))
            FollowAndDecide(settlement);
        PropagateSkips();
    }

    /// <summary>
    /// Marks nodes as settled, before any of their edges is followed, so that none of them becomes ready or is found to be skipped.
    /// </summary>
    /// <returns>Those that were not.</returns>
    private List<Settlement> Mark(IReadOnlyCollection<Settlement> settlements) =>
        [.. settlements.Where(settlement => TryMark(settlement.Node))];

    private bool TryMark(int node)
    {
        if (_states[node] == State.Settled)
            return false;
        _states[node] = State.Settled;
        SettledCount++;
        return true;
    }

    private void Follow(Settlement settlement)
    {
        foreach (var edge in _topology.Leaving(settlement.Node))
        {
            _settledIncoming[edge.Target]++;
            _hasLiveIncoming[edge.Target] |= settlement.MakesLive(edge.Branch);
        }
    }

    private void FollowAndDecide(Settlement settlement)
    {
        Follow(settlement);
        foreach (var edge in _topology.Leaving(settlement.Node))
            Decide(edge.Target);
    }

    /// <summary>Makes a waiting node ready, or skips it, if its incoming edges say so.</summary>
    private void Decide(int node)
    {
        if (_states[node] != State.Waiting)
            return;
        var allSettled = _settledIncoming[node] == _topology.EnteringCount(node);
        var canRun = _topology.EnteringCount(node) == 0
            || (_hasLiveIncoming[node] && (allSettled || _topology.Nodes[node].Join == JoinKind.Any));
        if (canRun)
        {
            _states[node] = State.Ready;
            _ready.Enqueue(node);
        }
        else if (allSettled)
        {
            TryMark(node);
            _skipped.Add(node);
            _unpropagatedSkips.Push(node);
        }
    }

    /// <summary>A loop and not a recursion: a chain of skipped nodes may be 10,000 long.</summary>
    private void PropagateSkips()
    {
        while (_unpropagatedSkips.TryPop(out var node))
            FollowAndDecide(Settlement.Skipped(node));
    }
}

/// <summary>How a node ended, as far as the nodes after it are concerned.</summary>
/// <param name="Node">Index of the node.</param>
/// <param name="Branch">The branch it took; null for a node that has no branches.</param>
/// <param name="WasSkipped">It never ran: none of its outgoing edges is live.</param>
internal readonly record struct Settlement(int Node, string? Branch, bool WasSkipped = false)
{
    /// <summary>The node ran and took no particular branch.</summary>
    public static Settlement Completed(int node, string? branch = null) => new(node, branch);

    /// <summary>The node was skipped.</summary>
    public static Settlement Skipped(int node) => new(node, null, WasSkipped: true);

    /// <summary>
    /// Whether an outgoing edge is live. After <see cref="Frontier.ErrorBranch"/> only the edges of that branch are; otherwise
    /// an edge without a branch always is, and an edge with one only if the node took it.
    /// </summary>
    public bool MakesLive(string? edgeBranch) =>
        !WasSkipped && (edgeBranch is null ? Branch != Frontier.ErrorBranch : edgeBranch == Branch);
}
