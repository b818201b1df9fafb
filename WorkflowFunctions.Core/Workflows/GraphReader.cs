using System.Collections;

namespace WorkflowFunctions.Workflows;

/// <summary>Turns React Flow JSON into a <see cref="WorkflowGraph"/>, or says everything that is wrong with it at once.</summary>
internal static class GraphReader
{
    /// <summary>Reads and checks a workflow.</summary>
    /// <param name="file">The workflow as it was drawn.</param>
    /// <param name="shapes">The node types that it may use.</param>
    /// <returns>The graph, or null and the problems; never both, never neither.</returns>
    public static (WorkflowGraph? Graph, IReadOnlyList<Problem> Problems) Read(WorkflowFile file, INodeShapes shapes)
    {
        var problems = new List<Problem>();
        problems.AddRange(TextCheck.Check(file.Nodes, "/nodes").Concat(TextCheck.Check(file.Edges, "/edges")));
        if (problems.Count > 0 || NodeReader.Read(file.Nodes, shapes, problems) is not { } flat)
            return (null, problems);

        // Without all of the nodes, edges would be found wrong that are not.
        var isWhole = flat.Count == file.Nodes.GetArrayLength();
        var all = isWhole ? Nesting.Resolve(flat, shapes, problems) : flat;
        var nodes = all.Where(node => !node.IsDrawing).Select((node, index) => node with { Node = node.Node with { Index = index } })
            .ToList();
        if (isWhole && nodes.Count == 0)
            problems.Add(new Problem("/nodes", "The workflow has frames and notes only.", "at least one node that runs"));
        var drawings = all.Where(node => node.IsDrawing).Select(node => node.Node.Id).ToHashSet(StringComparer.Ordinal);
        var edges = isWhole ? EdgeReader.Read(file.Edges, nodes, drawings, shapes, problems) : null;
        var ancestors = edges is null ? null : FindAncestors(nodes, edges, problems);
        CheckSettings(nodes, ancestors, shapes, problems);
        return problems.Count > 0
            ? (null, problems)
            : (new WorkflowGraph([.. nodes.Select(node => node.Node)], [.. edges!], ancestors!), problems);
    }

    private static BitArray?[]? FindAncestors(
        IReadOnlyList<ReadNode> nodes, IReadOnlyList<WorkflowEdge> edges, List<Problem> problems)
    {
        var order = TopologicalOrder.Find(nodes.Count, edges);
        if (order.Cycle.Count == 0)
            return AncestorSets.Find(order.Nodes, edges, ParentIndexes(nodes));
        problems.Add(DescribeCycle(order.Cycle, nodes));
        return null;
    }

    private static int?[] ParentIndexes(IReadOnlyList<ReadNode> nodes)
    {
        var indexById = nodes.DistinctBy(node => node.Node.Id)
            .ToDictionary(node => node.Node.Id, node => node.Node.Index, StringComparer.Ordinal);
        return [.. nodes.Select(node => node.Node.ParentId is { } parentId ? indexById[parentId] : (int?)null)];
    }

    private static Problem DescribeCycle(IReadOnlyList<int> cycle, IReadOnlyList<ReadNode> nodes)
    {
        var path = string.Join(" → ", cycle.Append(cycle[0]).Take(12).Select(index => nodes[index].Node.Id));
        var first = nodes[cycle[0]];
        return new Problem(
            "/edges",
            $"The nodes {path}{(cycle.Count > 11 ? " …" : "")} form a cycle.",
            "a graph without cycles; remove one of these edges",
            first.Node.Id);
    }

    private static void CheckSettings(
        IReadOnlyList<ReadNode> nodes, BitArray?[]? ancestors, INodeShapes shapes, List<Problem> problems)
    {
        var indexById = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
            indexById.TryAdd(nodes[i].Node.Id, i);
        var ids = indexById.Keys.ToHashSet(StringComparer.Ordinal);

        for (var i = 0; i < nodes.Count; i++)
        {
            var (node, pointer) = nodes[i];
            if (shapes.Find(node.Type) is not { } shape)
                continue;
            var check = shape.Check(node.Data, ids, node.ParentId is not null);
            problems.AddRange(check.Problems.Select(problem =>
                problem with { Pointer = $"{pointer}/data{problem.Pointer}", NodeId = node.Id }));
            if (ancestors is null)
                continue;
            foreach (var reference in check.References)
            {
                if (ancestors[i] is { } set && indexById.TryGetValue(reference.NodeId, out var source) && set[source])
                    continue;
                problems.Add(new Problem(
                    $"{pointer}/data{reference.Pointer}",
                    ids.Contains(reference.NodeId)
                        ? $"The output of node '{reference.NodeId}' is read, but no path leads from it to this node."
                        : $"The output of node '{reference.NodeId}' is read, but there is no such node.",
                    "the id of a node that comes before this one",
                    node.Id));
            }
        }
    }
}
