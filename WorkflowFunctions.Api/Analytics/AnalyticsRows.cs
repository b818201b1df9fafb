namespace WorkflowFunctions.Api.Analytics;

/// <summary>How long the completed executions took that were accepted on a day. Durations are in seconds, from start to end.</summary>
public sealed record DurationRow
{
    /// <summary>The day, in UTC.</summary>
    public DateOnly ExecutionDate { get; init; }

    /// <summary>How many.</summary>
    public long Executions { get; init; }

    /// <summary>Half of them took no longer.</summary>
    public double P50Seconds { get; init; }

    /// <summary>Nine of ten took no longer.</summary>
    public double P90Seconds { get; init; }

    /// <summary>99 of 100 took no longer.</summary>
    public double P99Seconds { get; init; }
}

/// <summary>What the nodes of a type used in a workspace.</summary>
public sealed record TypeUsageRow
{
    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>In how many executions.</summary>
    public long Executions { get; init; }

    /// <summary>How many jobs.</summary>
    public long Jobs { get; init; }

    /// <summary>Their tokens together.</summary>
    public long TotalTokens { get; init; }

    /// <summary>Their cost together, in US dollars.</summary>
    public decimal TotalCost { get; init; }
}

/// <summary>How slow a node of a template is, and how often it fails. Durations are in seconds.</summary>
public sealed record NodeTroubleRow
{
    /// <summary>The template.</summary>
    public required string TemplateId { get; init; }

    /// <summary>Its name; null if it is gone.</summary>
    public string? TemplateName { get; init; }

    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>How often it ran to an end.</summary>
    public long Jobs { get; init; }

    /// <summary>How often it failed for good.</summary>
    public long Failed { get; init; }

    /// <summary>How often it took more than one attempt.</summary>
    public long Retried { get; init; }

    /// <summary>How long it takes on average; null if no job of it has both times.</summary>
    public double? AvgSeconds { get; init; }

    /// <summary>19 of 20 take no longer; null if no job of it has both times.</summary>
    public double? P95Seconds { get; init; }
}
