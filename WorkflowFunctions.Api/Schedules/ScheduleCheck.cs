using System.Text.Json;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Api.Targets;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>Makes schedules of requests, and tells everything that is wrong with one at once.</summary>
internal sealed class ScheduleCheck(TargetCheck targets, TimeProvider time)
{
    /// <summary>The row to save.</summary>
    /// <param name="body">The request.</param>
    /// <param name="id">The id of the schedule.</param>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ApiException">Something is wrong with it.</exception>
    public async Task<ScheduleRow> ToRowAsync(JsonElement body, string id, Caller caller, CancellationToken cancellationToken)
    {
        var (target, problems) = await targets.CheckAsync(body, caller, cancellationToken);
        var (zone, next, timeProblems) = ReadTimes(body);
        IReadOnlyList<Problem> all = [.. Body<ScheduleRequest>.Check(body), .. timeProblems, .. problems];
        if (all.Count > 0)
            throw ApiException.Invalid(all);
        var request = Body<ScheduleRequest>.Read(body);
        return new ScheduleRow
        {
            Id = id,
            TemplateId = request.TemplateId,
            WorkspaceId = target.WorkspaceId,
            ProjectId = target.ProjectId,
            UserId = target.UserId,
            Cron = request.Cron,
            TimeZone = zone.Id,
            Params = request.Params is null ? null : body.GetProperty("params"),
            Config = request.Config is null ? null : body.GetProperty("config"),
            OnMissed = request.OnMissed,
            IsEnabled = request.IsEnabled,
            NextRunAt = request.IsEnabled ? next : null,
        };
    }

    private (TimeZoneInfo Zone, DateTimeOffset? Next, IReadOnlyList<Problem> Problems) ReadTimes(JsonElement body)
    {
        var problems = new List<Problem>();
        var zone = TimeZoneInfo.Utc;
        if (TargetCheck.Text(body, "time_zone") is { } id && !TimeZones.TryFind(id, out zone))
            problems.Add(new Problem("/time_zone", $"There is no time zone '{id}'.", "a name of the IANA database such as Europe/Berlin or UTC"));
        zone ??= TimeZoneInfo.Utc;
        if (TargetCheck.Text(body, "cron") is not { Length: > 0 } cron)
            return (zone, null, problems);
        DateTimeOffset? next = null;
        if (!CronSchedule.TryParse(cron, zone, out var times))
            problems.Add(new Problem("/cron", $"'{cron}' is not a cron expression.", "five fields, or six with seconds in front, such as '0 7 * * MON-FRI'"));
        else if ((next = times.NextAfter(time.GetUtcNow())) is null)
            problems.Add(new Problem("/cron", $"The time '{cron}' never comes.", "an expression that some day matches"));
        return (zone, next, problems);
    }
}
