namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>What partitioning a table that exists would do.</summary>
public sealed record ConversionPlan
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>How far it is.</summary>
    public required ConversionState State { get; init; }

    /// <summary>What will be done, in order.</summary>
    public IReadOnlyList<string> Does { get; init; } = [];

    /// <summary>What will not be as it was.</summary>
    public IReadOnlyList<string> GivesUp { get; init; } = [];

    /// <summary>What keeps the table from being partitioned, with what to do about it.</summary>
    public IReadOnlyList<string> Obstacles { get; init; } = [];
}

/// <summary>How far the partitioning of a table is.</summary>
public enum ConversionState
{
    /// <summary>It has not begun.</summary>
    NotBegun,

    /// <summary>A run before has begun to copy.</summary>
    Begun,

    /// <summary>The table is partitioned.</summary>
    Done,
}
