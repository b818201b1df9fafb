using System.Text.Json;
using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>Reads and writes <c>workflow_schedules</c>.</summary>
internal sealed class ScheduleStore(RecordConnections database)
{
    /// <summary>Saves a new schedule.</summary>
    /// <exception cref="PostgresException">Foreign key violation: the template, workspace, project or user does not exist.</exception>
    public Task<ScheduleRow> CreateAsync(ScheduleRow schedule, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<ScheduleRow>("schedules.create", Parameters(schedule), cancellationToken);

    /// <summary>Finds a schedule; null if there is none.</summary>
    public Task<ScheduleRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<ScheduleRow>("schedules.find", new { id }, cancellationToken);

    /// <summary>Lists schedules, newest first.</summary>
    /// <param name="workspaceId">Only those of this workspace; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="templateId">Only those of this template; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<ScheduleRow>> ListAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, string? templateId, int limit, PageCursor? after,
        CancellationToken cancellationToken) =>
        database.QueryAsync<ScheduleRow>(
            "schedules.list",
            new
            {
                workspace_id = workspaceId,
                workspaces = workspaces?.ToArray(),
                template_id = templateId,
                limit,
                after_time = after?.CreatedAt?.UtcDateTime,
                after_id = after?.Id,
            },
            cancellationToken);

    /// <summary>
    /// Replaces a schedule. Its <c>next_run_at</c> is taken over if the schedule is switched on or its times change; otherwise it stays, so
    /// that a time that is due at this moment is not lost.
    /// </summary>
    /// <returns>The row; null if there is none.</returns>
    /// <exception cref="PostgresException">Foreign key violation: the template, workspace, project or user does not exist.</exception>
    public Task<ScheduleRow?> ReplaceAsync(ScheduleRow schedule, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<ScheduleRow>("schedules.replace", Parameters(schedule), cancellationToken);

    /// <summary>Deletes a schedule; false if there is none. Executions that it has started stay.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        await database.ExecuteAsync("schedules.delete", new { id }, cancellationToken) > 0;

    private static DynamicParameters Parameters(ScheduleRow schedule) => new(new
    {
        id = schedule.Id,
        template_id = schedule.TemplateId,
        workspace_id = schedule.WorkspaceId,
        project_id = schedule.ProjectId,
        user_id = schedule.UserId,
        cron = schedule.Cron,
        time_zone = schedule.TimeZone,
        @params = schedule.Params?.GetRawText(),
        config = schedule.Config?.GetRawText(),
        on_missed = schedule.OnMissed,
        is_enabled = schedule.IsEnabled,
        next_run_at = schedule.NextRunAt,
    });
}

/// <summary>A row of <c>workflow_schedules</c>: a template that is started by time.</summary>
internal sealed record ScheduleRow
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

    /// <summary>Its next times, five at the most: the first one is <see cref="NextRunAt"/>.</summary>
    public IReadOnlyList<DateTimeOffset> NextRuns => NextRunAt is { } next && TimeZones.TryFind(TimeZone, out var zone)
        && CronSchedule.TryParse(Cron, zone, out var times) ? [next, .. times.After(next).Take(4)] : [];

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
internal static class OnMissed
{
    /// <summary>Nothing.</summary>
    public const string Skip = "skip";

    /// <summary>One execution for all of them.</summary>
    public const string RunOnce = "run_once";

    /// <summary>An execution for each, up to a bound.</summary>
    public const string RunAll = "run_all";
}
