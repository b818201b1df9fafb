using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>A node whose body runs once for each item, for some of them at once.</summary>
internal sealed class Loop(ScopedNode node, LoopState state, Slicing? slicing = null)
{
    private readonly Queue<ItemState> _begun = new(state.Open);
    private readonly HashSet<int> _opened = [.. state.Open.Select(item => item.Index)];
    private readonly Queue<ItemRange> _done = new(state.Done);
    private int _next;

    /// <summary>The node that has the body.</summary>
    public ScopedNode Node { get; } = node;

    /// <summary>The scope that the node is in.</summary>
    public Scope Outer => Node.Scope;

    /// <summary>When it fails if it has not ended; null for never.</summary>
    public DateTimeOffset? Until => state.Until;

    /// <summary>How it is divided into slices; null if its items run here.</summary>
    public Slicing? Slicing { get; } = slicing;

    /// <summary>The items for which the body runs now, or the slices that run.</summary>
    public int Open { get; set; }

    /// <summary>The steps that are under way for nodes of the body, nested bodies included.</summary>
    public int Steps { get; set; }

    /// <summary>Why the body failed; null while it has not.</summary>
    public string? Error { get; set; }

    /// <summary>Whether its body goes on: neither it nor one that it is part of has failed.</summary>
    public bool IsAlive => Error is null && Outer.IsAlive;

    /// <summary>Whether the node has been asked to end.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Whether the body may begin for another item.</summary>
    public bool HasRoom => Open < state.MaxParallel;

    /// <summary>Takes the next item, those that had begun before first; null if none is left.</summary>
    public (Scope Scope, ScopeState State)? TakeItem()
    {
        if (_begun.TryDequeue(out var begun))
            return ScopeOf(begun.Index, begun.State);
        while (_next < state.Count)
        {
            while (_done.TryPeek(out var range) && range.To <= _next)
                _done.Dequeue();
            if (_done.TryPeek(out var done) && done.From <= _next)
                _next = done.To;
            else if (_opened.Remove(_next))
                _next++;
            else
                return ScopeOf(_next++, new ScopeState());
        }

        return null;
    }

    private (Scope Scope, ScopeState State) ScopeOf(int index, ScopeState item) =>
        (new Scope(Outer.Topology.Nodes[Node.Node].Body!, item, this, NodePath.Enter(Outer.Items, index)), item);
}
