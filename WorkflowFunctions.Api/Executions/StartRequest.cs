using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Asks for an execution.</summary>
public sealed record StartRequest
{
    /// <summary>The template to run.</summary>
    [Description("The template to run"), MinLength(1)]
    public required string TemplateId { get; init; }

    /// <summary>Params; each one wins over the template's default of that name.</summary>
    [Description("Params; each one wins over the template's default of that name")]
    public IReadOnlyDictionary<string, JsonElement>? Params { get; init; }

    /// <summary>The settings of the execution: <c>max_parallel_nodes</c> and the like.</summary>
    [Description("The settings of the execution: max_parallel_nodes and the like")]
    public IReadOnlyDictionary<string, JsonElement>? Config { get; init; }

    /// <summary>The workspace; the template's, or <c>default</c>, unless given.</summary>
    [Description("The workspace; the template's, or `default`, unless given")]
    public string? WorkspaceId { get; init; }

    /// <summary>The project; <c>default</c> unless given.</summary>
    [Description("The project; `default` unless given")]
    public string? ProjectId { get; init; }

    /// <summary>The user; <c>default</c> unless given.</summary>
    [Description("The user; `default` unless given")]
    public string? UserId { get; init; }
}
