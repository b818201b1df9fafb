namespace WorkflowFunctions.Engine.Record;

/// <summary>Sets an execution back so that it can go on. Nodes are named as the record names them.</summary>
public sealed record RetryWrite
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>How often it had been retried when this was worked out.</summary>
    public required int Retries { get; init; }

    /// <summary>The template version that it goes on with.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>The nodes that run again.</summary>
    public required IReadOnlyCollection<string> ResetNodeIds { get; init; }

    /// <summary>The loops whose bodies go on.</summary>
    public required IReadOnlyCollection<string> ReopenedNodeIds { get; init; }

    /// <summary>The nodes that the workflow no longer has.</summary>
    public required IReadOnlyCollection<string> RemovedNodeIds { get; init; }

    /// <summary>For how many items at once a loop runs that does not say so.</summary>
    public required int DefaultParallel { get; init; }

    /// <summary>From where it goes on, for the event: <c>failed</c> or <c>start</c>.</summary>
    public required string From { get; init; }

    /// <summary>Which template it goes on with, for the event: <c>same</c> or <c>current</c>.</summary>
    public required string Template { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asks for it.</summary>
    public required string CreatedBy { get; init; }
}
