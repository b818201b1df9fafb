namespace WorkflowFunctions.Durable.Timers;

/// <summary>What the sweep takes for a standstill: the configuration section <c>Sweep</c>, which has the times of its timer too.</summary>
internal sealed record SweepOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Sweep";

    /// <summary>
    /// How long an execution may not have moved before its instance is asked for, in seconds; the time between two looks at the least.
    /// </summary>
    public double QuietSeconds { get; set; } = 30;

    /// <summary>
    /// How long an execution in which something should have happened may stand still, in minutes, besides what its running nodes may take
    /// (<c>timeout_seconds</c>). More than a node waits for its turn (<c>Limits:NodesPerType</c>) or an activity in the queue.
    /// </summary>
    public double StuckMinutes { get; set; } = 10;

    /// <summary>Whether the values can be used.</summary>
    public bool IsValid => QuietSeconds is >= 0 and <= 3600 && StuckMinutes is > 0 and <= 1440;

    /// <summary>How long an execution may not have moved before its instance is asked for.</summary>
    public TimeSpan Quiet => TimeSpan.FromSeconds(QuietSeconds);

    /// <summary>How long an execution may stand still besides what its nodes may take.</summary>
    public TimeSpan Stuck => TimeSpan.FromMinutes(StuckMinutes);
}
