using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace WorkflowFunctions.Api.Templates;

/// <summary>
/// A template as it is saved: a file (<c>nodes</c>, <c>edges</c>, <c>default_params</c>: what React Flow's <c>toObject()</c>
/// gives, with a name), or the same under the names of the columns.
/// </summary>
internal sealed record TemplateRequest
{
    /// <summary>What people read.</summary>
    [Description("What people read"), MinLength(1)]
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    [Description("What it is for")]
    public string? Description { get; init; }

    /// <summary>Where a gallery shows it.</summary>
    [Description("Where a gallery shows it")]
    public string? Category { get; init; }

    /// <summary>React Flow's nodes.</summary>
    [Description("React Flow's nodes")]
    public JsonElement? Nodes { get; init; }

    /// <summary>React Flow's edges.</summary>
    [Description("React Flow's edges")]
    public JsonElement? Edges { get; init; }

    /// <summary>The params that an execution has unless it is given others.</summary>
    [Description("The params that an execution has unless it is given others")]
    public IReadOnlyDictionary<string, JsonElement>? DefaultParams { get; init; }

    /// <summary>The same as <c>nodes</c>.</summary>
    [Description("The same as nodes")]
    public JsonElement? NodesJson { get; init; }

    /// <summary>The same as <c>edges</c>.</summary>
    [Description("The same as edges")]
    public JsonElement? EdgesJson { get; init; }

    /// <summary>The same as <c>default_params</c>.</summary>
    [Description("The same as default_params")]
    public IReadOnlyDictionary<string, JsonElement>? DefaultParamsJson { get; init; }

    /// <summary>The workspace that it belongs to; <c>default</c> for a new one, and unchanged for one that is replaced.</summary>
    [Description("The workspace that it belongs to; `default` for a new one, unchanged for one that is replaced")]
    public string? WorkspaceId { get; init; }

    /// <summary>The user who makes it; <c>default</c> unless given.</summary>
    [Description("The user who makes it; `default` unless given")]
    public string? CreatedBy { get; init; }
}
