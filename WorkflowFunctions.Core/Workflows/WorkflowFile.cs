using System.Text.Json;

namespace WorkflowFunctions.Workflows;

/// <summary>
/// What a template holds, as React Flow's <c>toObject()</c> gives it, still unchecked (workflow format, "File and row").
/// Keys that are not known here (viewport, styles …) stay in the elements as they are.
/// </summary>
/// <param name="Nodes">The <c>nodes</c> of the file; undefined if it has none.</param>
/// <param name="Edges">The <c>edges</c> of the file; undefined if it has none.</param>
internal sealed record WorkflowFile(JsonElement Nodes, JsonElement Edges)
{
    /// <summary>The most nodes that a workflow may have.</summary>
    public const int MaxNodes = 10_000;

    /// <summary>The most edges that a workflow may have.</summary>
    public const int MaxEdges = 50_000;

    /// <summary>The largest file that is taken, in bytes (5 MB).</summary>
    public const int MaxBytes = 5_000_000;
}
