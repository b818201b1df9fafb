using System.Diagnostics;

namespace WorkflowFunctions.Engine.Record;

/// <summary>An execution to be accepted.</summary>
public sealed record NewExecution
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The template to run.</summary>
    public required string TemplateId { get; init; }

    /// <summary>The version of the template to run.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The user.</summary>
    public required string UserId { get; init; }

    /// <summary>Params and limits, as JSON.</summary>
    public required string ConfigJson { get; init; }

    /// <summary>The caller's key for this start; null for none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who asks for it.</summary>
    public string CreatedBy { get; init; } = "user";

    /// <summary>The execution that starts it; null for none.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>The node that starts it.</summary>
    public string? ParentNodeId { get; init; }

    /// <summary>How many executions stand above it.</summary>
    public int Depth { get; init; }

    /// <summary>What starts it, in traces.</summary>
    public string? Traceparent { get; init; } = Activity.Current?.Id;
}
