using System.Text.Json;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>A row of <c>workflow_schedules</c>: a template that is started by time.</summary>
public sealed record ScheduleRow
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The template that it starts.</summary>
    public required string TemplateId { get; init; }

    /// <summary>The workspace of its executions.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The project of its executions.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The user of its executions.</summary>
    public required string UserId { get; init; }

    /// <summary>When it starts, as a cron expression of five fields, or of six with seconds in front.</summary>
    public required string Cron { get; init; }

    /// <summary>The IANA time zone that the expression is read in.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The params of its executions, over the template's defaults.</summary>
    public JsonElement? Params { get; init; }

    /// <summary>The settings of its executions.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>What becomes of missed times: <c>skip</c>, <c>run_once</c> or <c>run_all</c>.</summary>
    public required string OnMissed { get; init; }

    /// <summary>Whether it starts anything.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>The next time that has not been dealt with; null while it is disabled, or if there is none.</summary>
    public DateTimeOffset? NextRunAt { get; init; }

    /// <summary>The last time that has become an execution.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    /// <summary>That execution.</summary>
    public string? LastExecutionId { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed by a person.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>The values of <c>workflow_schedules.on_missed</c>: what becomes of times at which nobody was there to start anything.</summary>
public static class OnMissed
{
    /// <summary>Nothing.</summary>
    public const string Skip = "skip";

    /// <summary>One execution for all of them.</summary>
    public const string RunOnce = "run_once";

    /// <summary>An execution for each, up to a bound.</summary>
    public const string RunAll = "run_all";
}
