using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>A graph that is being run: the workflow itself, or a body for one item.</summary>
internal sealed class Scope(Topology topology, ScopeState state, Loop? loop = null, string items = "")
{
    /// <summary>The shape of the graph.</summary>
    public Topology Topology { get; } = topology;

    /// <summary>What may run next.</summary>
    public Frontier Frontier { get; } = new(topology, state.Settled);

    /// <summary>The loop that runs it for an item; null for the workflow itself.</summary>
    public Loop? Loop { get; } = loop;

    /// <summary>The items that it runs for, as they are written after a node's id.</summary>
    public string Items { get; } = items;

    /// <summary>The steps that are under way for its own nodes.</summary>
    public int Steps { get; set; }

    /// <summary>Whether it goes on: no body that it is part of has failed.</summary>
    public bool IsAlive => Loop?.IsAlive ?? true;

    /// <summary>Whether every node is settled and recorded.</summary>
    public bool IsDone => Frontier.IsDone && Steps == 0;

    /// <summary>A node as the record names it.</summary>
    public string PathOf(int node) => Topology.Nodes[node].Id + Items;

    /// <summary>The loops that it is part of, from the innermost to the outermost.</summary>
    public IEnumerable<Loop> Loops()
    {
        for (var loop = Loop; loop is not null; loop = loop.Outer.Loop)
            yield return loop;
    }
}

/// <summary>A node of a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Node">The node's place in its topology.</param>
internal readonly record struct ScopedNode(Scope Scope, int Node)
{
    /// <summary>The node as the record names it.</summary>
    public string Path => Scope.PathOf(Node);

    /// <summary>Whether a step that runs it takes no time to speak of.</summary>
    public bool IsShort => Scope.Topology.Nodes[Node].IsShort;
}
