namespace WorkflowFunctions.Engine.Limits;

/// <summary>
/// How much may run at once, and how large outputs may be: the section <c>Limits</c> of the configuration. What may run is not limited unless
/// it says so.
/// </summary>
public sealed record LimitOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Limits";

    /// <summary>The executions that may run at once in a workspace; others stay pending until it is their turn.</summary>
    public int? ExecutionsPerWorkspace { get; init; }

    /// <summary>
    /// The nodes of a type that may run at once in a process, by node type: what an LLM provider allows, for example. Workspaces
    /// take turns.
    /// </summary>
    public IReadOnlyDictionary<string, int> NodesPerType { get; init; } = new Dictionary<string, int>();

    /// <summary>The output that a node may have, in bytes of JSON; the node fails if it would have more.</summary>
    public int OutputBytes { get; init; } = 16 * 1024 * 1024;
}
