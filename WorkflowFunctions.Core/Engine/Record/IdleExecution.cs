namespace WorkflowFunctions.Engine.Record;

/// <summary>An execution that is to run and has not moved for a while.</summary>
public sealed record IdleExecution
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary><c>pending</c> or <c>running</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The execution that started it; null for none.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>The template as it was at the start; null until one that somebody else has inserted begins.</summary>
    public string? TemplateVersion { get; init; }

    /// <summary>When something was last written of it.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>How long that was ago, by the clock of the database.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>How long ago something should have happened in it: a wait that is over, a signal that has come; null if it only waits.</summary>
    public TimeSpan? Overdue { get; init; }

    /// <summary>The nodes that run, as the record names them.</summary>
    public required IReadOnlyList<string> Running { get; init; }

    /// <summary>How often it was begun anew in the last day because it made no progress.</summary>
    public int Recoveries { get; init; }
}
