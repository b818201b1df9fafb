namespace WorkflowFunctions.Workflows;

/// <summary>
/// Finds the body that each node is part of, by React Flow's <c>parentId</c>. A parent that has no body, such as a frame that
/// only groups nodes for the eye, does not change where a node belongs.
/// </summary>
internal static class Nesting
{
    /// <summary>How many bodies may be within each other (workflow format, <c>for_each</c>).</summary>
    public const int MaxDepth = 3;

    /// <summary>The nodes with the parent that counts; what is wrong with the nesting goes into <paramref name="problems"/>.</summary>
    public static List<ReadNode> Resolve(IReadOnlyList<ReadNode> nodes, INodeShapes shapes, List<Problem> problems)
    {
        var byId = new Dictionary<string, WorkflowNode>(StringComparer.Ordinal);
        foreach (var (node, _) in nodes)
            byId.TryAdd(node.Id, node);
        var resolved = new List<ReadNode>(nodes.Count);
        var parents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var read in nodes)
        {
            var (parentId, depth) = FindBody(read, byId, shapes, problems);
            if (depth > MaxDepth)
                problems.Add(
                    new Problem(
                        $"{read.Pointer}/parentId", "The node is nested too deeply.", $"at most {MaxDepth} levels of for_each",
                        read.Node.Id));
            if (parentId is not null)
                parents.Add(parentId);
            resolved.Add(read with { Node = read.Node with { ParentId = parentId } });
        }

        foreach (var (node, pointer) in resolved)
        {
            if (shapes.Find(node.Type) is { HasBody: true } && !parents.Contains(node.Id))
                problems.Add(
                    new Problem(
                        pointer, $"The {node.Type} '{node.Id}' has no body.", "at least one node whose parentId is this node", node.Id));
        }

        return resolved;
    }

    private static (string? ParentId, int Depth) FindBody(
        ReadNode read, IReadOnlyDictionary<string, WorkflowNode> byId, INodeShapes shapes, List<Problem> problems)
    {
        string? body = null;
        var depth = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal) { read.Node.Id };
        for (var id = read.Node.ParentId; id is not null; id = byId[id].ParentId)
        {
            if (!byId.TryGetValue(id, out var parent) || !seen.Add(id))
            {
                problems.Add(new Problem(
                    $"{read.Pointer}/parentId",
                    parent is null ? $"The parent '{id}' is not a node of the workflow." : "The node is inside itself.",
                    "the id of the node that it is drawn in",
                    read.Node.Id)
                { PreventsSaving = true });
                return (null, 0);
            }

            if (shapes.Find(parent.Type) is not { HasBody: true })
                continue;
            body ??= id;
            depth++;
        }

        return (body, depth);
    }
}
