using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Api.Targets;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>A schedule as it is saved.</summary>
internal sealed record ScheduleRequest
{
    [Description("The template to start"), MinLength(1)]
    public required string TemplateId { get; init; }

    /// <summary>When, as a cron expression of five fields, or of six with seconds in front.</summary>
    [Description("When, as a cron expression of five fields, or of six with seconds in front: `0 7 * * MON-FRI`"), MinLength(1)]
    public required string Cron { get; init; }

    /// <summary>The IANA time zone that the expression is read in.</summary>
    [Description("The IANA time zone that the expression is read in: `Europe/Berlin`")]
    public string TimeZone { get; init; } = "UTC";

    [Description("Params; each one wins over the template's default of that name")]
    public IReadOnlyDictionary<string, JsonElement>? Params { get; init; }

    [Description("The settings of its executions: max_parallel_nodes and the like")]
    public IReadOnlyDictionary<string, JsonElement>? Config { get; init; }

    /// <summary>
    /// What becomes of times at which no server was there: <c>skip</c> for nothing, <c>run_once</c> for one execution for all of them,
    /// <c>run_all</c> for one for each.
    /// </summary>
    [Description("What becomes of times at which no server was there: nothing, one execution for all of them, or one for each")]
    [AllowedValues(Schedules.OnMissed.Skip, Schedules.OnMissed.RunOnce, Schedules.OnMissed.RunAll)]
    public string OnMissed { get; init; } = Schedules.OnMissed.Skip;

    [Description("Whether it starts anything")]
    public bool IsEnabled { get; init; } = true;

    [Description("The workspace; the template's, or `default`, unless given")]
    public string? WorkspaceId { get; init; }

    [Description("The project; `default` unless given")]
    public string? ProjectId { get; init; }

    [Description("The user; `default` unless given")]
    public string? UserId { get; init; }
}

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
            problems.Add(
                new Problem("/time_zone", $"There is no time zone '{id}'.", "a name of the IANA database such as Europe/Berlin or UTC"));
        zone ??= TimeZoneInfo.Utc;
        if (TargetCheck.Text(body, "cron") is not { Length: > 0 } cron)
            return (zone, null, problems);
        DateTimeOffset? next = null;
        if (!CronSchedule.TryParse(cron, zone, out var times))
            problems.Add(
                new Problem(
                    "/cron", $"'{cron}' is not a cron expression.",
                    "five fields, or six with seconds in front, such as '0 7 * * MON-FRI'"));
        else if ((next = times.NextAfter(time.GetUtcNow())) is null)
            problems.Add(new Problem("/cron", $"The time '{cron}' never comes.", "an expression that some day matches"));
        return (zone, next, problems);
    }
}
