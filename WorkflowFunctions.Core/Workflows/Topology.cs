namespace WorkflowFunctions.Workflows;

/// <summary>
/// The bare shape of a workflow: ids, joins and edges. Small and serialisable, so that an orchestration can hold it in
/// its history (design, rule 1).
/// </summary>
/// <param name="Nodes">The nodes; edges name them by their place here.</param>
/// <param name="Edges">The edges.</param>
internal sealed record Topology(IReadOnlyList<TopologyNode> Nodes, IReadOnlyList<TopologyEdge> Edges);

/// <summary>A node of a <see cref="Topology"/>.</summary>
/// <param name="Id">The node's id.</param>
/// <param name="Join">When it runs, if several edges come in.</param>
/// <param name="Body">The shape of its body, which runs once for each item of a <c>for_each</c>; null for a node without one.</param>
internal sealed record TopologyNode(string Id, JoinKind Join, Topology? Body = null);

/// <summary>An edge of a <see cref="Topology"/>.</summary>
/// <param name="Source">Index of the node it leaves.</param>
/// <param name="Target">Index of the node it enters.</param>
/// <param name="Branch">Live only if the source took this branch; null for always.</param>
internal sealed record TopologyEdge(int Source, int Target, string? Branch);
