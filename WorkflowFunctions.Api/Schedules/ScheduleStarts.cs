using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>Finds the schedules that are due, and makes executions of their times.</summary>
internal sealed class ScheduleStarts(NpgsqlDataSource database)
{
    /// <summary>Lists schedules that are due, those first that have been so longest.</summary>
    /// <param name="now">The time now.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="after">The last one of the list before; null for the first.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<ScheduleRow>> ListDueAsync(
        DateTimeOffset now, int limit, ScheduleRow? after, CancellationToken cancellationToken) =>
        database.QueryAsync<ScheduleRow>(
            "schedules.due",
            new { now, limit, after_time = after?.NextRunAt?.UtcDateTime, after_id = after?.Id },
            cancellationToken);

    /// <summary>
    /// Makes an execution of a time of a schedule, in one transaction with the schedule's step to the next time: however a process ends,
    /// the time has become one execution or is still due.
    /// </summary>
    /// <param name="schedule">The schedule as it was read.</param>
    /// <param name="run">The time.</param>
    /// <param name="cancellationToken">Stops the wait; the time has been taken or not.</param>
    /// <returns>The execution; null if the time was taken by someone else, or the schedule has been changed since.</returns>
    public async Task<string?> StartAsync(ScheduleRow schedule, ScheduledRun run, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await ClaimAsync(schedule, run.Due, run.Next, connection, transaction, cancellationToken) is not { } claim)
            return null;
        var version = await connection.QuerySingleAsync<TemplateVersion>(
            "template_versions.find",
            new { template_id = claim.TemplateId, version = ExecutionConfig.Read(JsonElement.Parse(claim.ConfigJson)).TemplateVersion },
            cancellationToken, transaction);
        var executionId = await InsertAsync(schedule.Id, run.RunAt, claim, version.Version, connection, transaction, cancellationToken);
        await connection.ExecuteAsync("schedules.ran", new
        {
            id = schedule.Id,
            execution_id = executionId,
            run_at = run.RunAt,
            event_data = EventData(run),
            message = Message(run),
        }, cancellationToken, transaction);
        await transaction.CommitAsync(cancellationToken);
        return executionId;
    }

    /// <summary>Passes over what is due of a schedule.</summary>
    /// <param name="schedule">The schedule as it was read.</param>
    /// <param name="next">The next time; null if there is none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether it was still due.</returns>
    public async Task<bool> SkipAsync(ScheduleRow schedule, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ClaimAsync(schedule, schedule.NextRunAt!.Value, next, connection, null, cancellationToken) is not null;
    }

    private static Task<Claim?> ClaimAsync(
        ScheduleRow schedule, DateTimeOffset due, DateTimeOffset? next, NpgsqlConnection connection, NpgsqlTransaction? transaction,
        CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<Claim>(
            "schedules.claim",
            new { id = schedule.Id, cron = schedule.Cron, time_zone = schedule.TimeZone, due, next },
            cancellationToken, transaction);

    private static async Task<string> InsertAsync(
        string scheduleId, DateTimeOffset runAt, Claim claim, string version, NpgsqlConnection connection, NpgsqlTransaction transaction,
        CancellationToken cancellationToken)
    {
        var key = $"schedule:{scheduleId}:{Text(runAt)}";
        var execution = new NewExecution
        {
            Id = Ids.New("exec"),
            TemplateId = claim.TemplateId,
            TemplateVersion = version,
            ProjectId = claim.ProjectId,
            WorkspaceId = claim.WorkspaceId,
            UserId = claim.UserId,
            ConfigJson = claim.ConfigJson,
            IdempotencyKey = key,
            CreatedBy = scheduleId,
        };
        var inserted = (await ExecutionInsert.RunAsync(connection, transaction, [execution], cancellationToken))[0];
        var row = inserted ?? await connection.QuerySingleAsync<ExecutionRow>(
            "executions.find_by_key",
            new { workspace_id = claim.WorkspaceId, idempotency_key = key },
            cancellationToken, transaction);
        return row.Id;
    }

    private static string Message(ScheduledRun run) => run.Due == run.RunAt
        ? $"Started for {Text(run.RunAt)}"
        : $"Started for {Text(run.RunAt)}; the times from {Text(run.Due)} until then were missed and are skipped";

    private static string EventData(ScheduledRun run) => JsonSerializer.Serialize(new Dictionary<string, string?>
    {
        ["run_at"] = Text(run.RunAt),
        ["skipped_from"] = run.Due == run.RunAt ? null : Text(run.Due),
    });

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    private sealed record Claim
    {
        public required string TemplateId { get; init; }

        public required string WorkspaceId { get; init; }

        public required string ProjectId { get; init; }

        public required string UserId { get; init; }

        public required string ConfigJson { get; init; }
    }
}

/// <summary>A time of a schedule that is to become an execution, with what comes before and after it.</summary>
/// <param name="Due">The <c>next_run_at</c> of the row now: if it is before <paramref name="RunAt"/>, what lies between is skipped.</param>
/// <param name="RunAt">The time that the execution is for.</param>
/// <param name="Next">The <c>next_run_at</c> of the row then.</param>
internal sealed record ScheduledRun(DateTimeOffset Due, DateTimeOffset RunAt, DateTimeOffset? Next);

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
