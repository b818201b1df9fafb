namespace WorkflowFunctions.Api.Executions;

/// <summary>Makes an execution from a checkpoint of another one.</summary>
public sealed record ForkWrite
{
    /// <summary>The id of the new execution.</summary>
    public required string Id { get; init; }

    /// <summary>The execution that it is forked from.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The checkpoint.</summary>
    public required string CheckpointId { get; init; }

    /// <summary>The template version to run.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>Params and limits, as JSON.</summary>
    public required string ConfigJson { get; init; }

    /// <summary>The nodes that are settled already.</summary>
    public required IReadOnlyList<ForkedNode> Nodes { get; init; }

    /// <summary>Who asks for it.</summary>
    public required string CreatedBy { get; init; }
}

/// <summary>A node that a fork begins with.</summary>
/// <param name="NodeId">The node, as the record names it.</param>
/// <param name="JobType">Its type.</param>
/// <param name="Status">How it was settled.</param>
public sealed record ForkedNode(string NodeId, string JobType, string Status);
