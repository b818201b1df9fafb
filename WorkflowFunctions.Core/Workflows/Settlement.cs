namespace WorkflowFunctions.Workflows;

/// <summary>How a node ended, as far as the nodes after it are concerned.</summary>
/// <param name="Node">Index of the node.</param>
/// <param name="Branch">The branch it took; null for a node that has no branches.</param>
/// <param name="WasSkipped">It never ran: none of its outgoing edges is live.</param>
public readonly record struct Settlement(int Node, string? Branch, bool WasSkipped = false)
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
