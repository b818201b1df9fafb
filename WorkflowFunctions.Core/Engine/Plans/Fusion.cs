namespace WorkflowFunctions.Engine.Plans;

/// <summary>
/// Which nodes may run in one step with another (task fusion): pure ones all of whose edges come from it and from each other. Nothing
/// but that step can make them ready, so that no other step runs them meanwhile.
/// </summary>
internal static class Fusion
{
    /// <summary>How many nodes follow at the most: a step stays small enough to be run again.</summary>
    private const int MaxNodes = 256;

    /// <summary>The nodes that may follow a node, each after those that it depends on.</summary>
    public static IReadOnlyList<NodePlan> After(WorkflowPlan plan, NodePlan first)
    {
        var followers = new List<NodePlan>();
        var edgesLeft = new Dictionary<string, int>(StringComparer.Ordinal);
        var nodes = new Queue<NodePlan>([first]);
        while (nodes.TryDequeue(out var node))
        {
            foreach (var id in node.Outgoing)
            {
                var target = plan[id];
                edgesLeft[id] = edgesLeft.GetValueOrDefault(id, target.Incoming.Count) - 1;
                if (edgesLeft[id] > 0 || !target.Type.IsPure || followers.Count == MaxNodes)
                    continue;
                followers.Add(target);
                nodes.Enqueue(target);
            }
        }

        return followers;
    }
}
