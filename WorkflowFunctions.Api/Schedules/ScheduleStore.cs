using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>Reads and writes <c>workflow_schedules</c>.</summary>
public sealed class ScheduleStore(RecordConnections database)
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
        string? workspaceId, IReadOnlyList<string>? workspaces, string? templateId, int limit, PageCursor? after, CancellationToken cancellationToken) =>
        database.QueryAsync<ScheduleRow>(
            "schedules.list",
            new { workspace_id = workspaceId, workspaces = workspaces?.ToArray(), template_id = templateId, limit, after_time = after?.CreatedAt?.UtcDateTime, after_id = after?.Id },
            cancellationToken);

    /// <summary>
    /// Replaces a schedule. Its <c>next_run_at</c> is taken over if the schedule is switched on or its times change; otherwise it stays, so that
    /// a time that is due at this moment is not lost.
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
