namespace WorkflowFunctions.Api.Schedules;

/// <summary>A time of a schedule that is to become an execution, with what comes before and after it.</summary>
/// <param name="Due">The <c>next_run_at</c> of the row now: if it is before <paramref name="RunAt"/>, what lies between is skipped.</param>
/// <param name="RunAt">The time that the execution is for.</param>
/// <param name="Next">The <c>next_run_at</c> of the row then.</param>
public sealed record ScheduledRun(DateTimeOffset Due, DateTimeOffset RunAt, DateTimeOffset? Next);
