using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>A schedule as it is saved.</summary>
public sealed record ScheduleRequest
{
    /// <summary>The template to start.</summary>
    [Description("The template to start"), MinLength(1)]
    public required string TemplateId { get; init; }

    /// <summary>When, as a cron expression of five fields, or of six with seconds in front.</summary>
    [Description("When, as a cron expression of five fields, or of six with seconds in front: `0 7 * * MON-FRI`"), MinLength(1)]
    public required string Cron { get; init; }

    /// <summary>The IANA time zone that the expression is read in.</summary>
    [Description("The IANA time zone that the expression is read in: `Europe/Berlin`")]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Params; each one wins over the template's default of that name.</summary>
    [Description("Params; each one wins over the template's default of that name")]
    public IReadOnlyDictionary<string, JsonElement>? Params { get; init; }

    /// <summary>The settings of its executions: <c>max_parallel_nodes</c> and the like.</summary>
    [Description("The settings of its executions: max_parallel_nodes and the like")]
    public IReadOnlyDictionary<string, JsonElement>? Config { get; init; }

    /// <summary>
    /// What becomes of times at which no server was there: <c>skip</c> for nothing, <c>run_once</c> for one execution for all of them,
    /// <c>run_all</c> for one for each.
    /// </summary>
    [Description("What becomes of times at which no server was there: nothing, one execution for all of them, or one for each")]
    [AllowedValues(Schedules.OnMissed.Skip, Schedules.OnMissed.RunOnce, Schedules.OnMissed.RunAll)]
    public string OnMissed { get; init; } = Schedules.OnMissed.Skip;

    /// <summary>Whether it starts anything.</summary>
    [Description("Whether it starts anything")]
    public bool IsEnabled { get; init; } = true;

    /// <summary>The workspace; the template's, or <c>default</c>, unless given.</summary>
    [Description("The workspace; the template's, or `default`, unless given")]
    public string? WorkspaceId { get; init; }

    /// <summary>The project; <c>default</c> unless given.</summary>
    [Description("The project; `default` unless given")]
    public string? ProjectId { get; init; }

    /// <summary>The user; <c>default</c> unless given.</summary>
    [Description("The user; `default` unless given")]
    public string? UserId { get; init; }
}
