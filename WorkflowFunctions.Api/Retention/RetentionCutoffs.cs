namespace WorkflowFunctions.Api.Retention;

/// <summary>The times before which rows go, for a run that began at one moment. Null for what never goes.</summary>
internal sealed record RetentionCutoffs
{
    public DateTimeOffset Now { get; private init; }

    public DateTimeOffset? Completed { get; private init; }

    public DateTimeOffset? Failed { get; private init; }

    public DateTimeOffset? Cancelled { get; private init; }

    public DateTimeOffset? Paused { get; private init; }

    public DateTimeOffset? Pending { get; private init; }

    public DateTimeOffset? Events { get; private init; }

    public DateTimeOffset? Metrics { get; private init; }

    public static RetentionCutoffs Of(RetentionOptions options, DateTimeOffset now) => new()
    {
        Now = now,
        Completed = Cutoff(options.Completed, now),
        Failed = Cutoff(options.Failed, now),
        Cancelled = Cutoff(options.Cancelled, now),
        Paused = Cutoff(options.Paused, now),
        Pending = Cutoff(options.Pending, now),
        Events = Cutoff(options.Events, now),
        Metrics = Cutoff(options.Metrics, now),
    };

    private static DateTimeOffset? Cutoff(string text, DateTimeOffset now) =>
        RetentionPeriod.TryParse(text, out var period) ? period.CutoffAt(now) : null;
}
