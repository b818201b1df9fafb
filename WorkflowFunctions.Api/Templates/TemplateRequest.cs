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
    [Description("What people read"), MinLength(1)]
    public required string Name { get; init; }

    [Description("What it is for")]
    public string? Description { get; init; }

    [Description("Where a gallery shows it")]
    public string? Category { get; init; }

    [Description("React Flow's nodes")]
    public JsonElement? Nodes { get; init; }

    [Description("React Flow's edges")]
    public JsonElement? Edges { get; init; }

    [Description("The params that an execution has unless it is given others")]
    public IReadOnlyDictionary<string, JsonElement>? DefaultParams { get; init; }

    [Description("The same as nodes")]
    public JsonElement? NodesJson { get; init; }

    [Description("The same as edges")]
    public JsonElement? EdgesJson { get; init; }

    [Description("The same as default_params")]
    public IReadOnlyDictionary<string, JsonElement>? DefaultParamsJson { get; init; }

    [Description("The template to start when an execution of this one fails; unchanged for one that is replaced without it")]
    public string? OnFailure { get; init; }

    /// <summary>The workspace that it belongs to; <c>default</c> for a new one, and unchanged for one that is replaced.</summary>
    [Description("The workspace that it belongs to; `default` for a new one, unchanged for one that is replaced")]
    public string? WorkspaceId { get; init; }

    [Description("The user who makes it; `default` unless given")]
    public string? CreatedBy { get; init; }

    [Description("Why it is saved; it is kept with the version")]
    public string? Message { get; init; }
}
