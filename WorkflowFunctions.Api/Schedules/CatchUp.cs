using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>
/// What is to be done with the times of a schedule that are due. Usually that is one, and it is started. The times before the latest one
/// are missed, and so is the latest one if it is too late for it; <c>on_missed</c> says what becomes of those.
/// </summary>
internal static class CatchUp
{
    /// <summary>The times to start, in their order; empty if all are skipped.</summary>
    /// <param name="schedule">A schedule that is due.</param>
    /// <param name="times">Its times.</param>
    /// <param name="now">The time now.</param>
    /// <param name="options">What counts as missed, and how much is made up for.</param>
    public static IReadOnlyList<ScheduledRun> Plan(ScheduleRow schedule, CronSchedule times, DateTimeOffset now, ScheduleOptions options)
    {
        var due = schedule.NextRunAt!.Value;
        var count = schedule.OnMissed == OnMissed.RunAll ? options.MaxCatchUp : 1;
        IReadOnlyList<DateTimeOffset> latest = times.Latest(count, due, now);
        if (latest.Count < count)
            latest = [due, .. latest];
        if (schedule.OnMissed == OnMissed.Skip && now - latest[^1] > TimeSpan.FromSeconds(options.MissedAfterSeconds))
            return [];
        return [.. latest.Select((time, place) => new ScheduledRun(
            Due: place == 0 ? due : time,
            RunAt: time,
            Next: place + 1 < latest.Count ? latest[place + 1] : times.NextAfter(now)))];
    }
}
