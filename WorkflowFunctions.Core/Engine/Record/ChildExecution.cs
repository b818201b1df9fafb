namespace WorkflowFunctions.Engine.Record;

/// <summary>An execution that another one has started.</summary>
public sealed record ChildExecution
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The node that started it, as the record of its parent names it.</summary>
    public string? ParentNodeId { get; init; }
}
