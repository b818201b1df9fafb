using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Engine;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>Starts the templates whose time has come. Several processes may do it at once: each time is started once.</summary>
/// <remarks>The engine runs recurring work, this too, and so cannot be had before it is there.</remarks>
public sealed class ScheduleRunner(
    ScheduleStarts starts, IServiceProvider services, TimeProvider time, IOptions<ScheduleOptions> options, ILogger<ScheduleRunner> logger)
{
    private const int PageSize = 500;

    /// <summary>The times that could not be started, so that the log tells of each once.</summary>
    private readonly ConcurrentDictionary<(string Id, DateTimeOffset? Due), bool> _failed = [];

    /// <summary>Starts whatever is due now.</summary>
    /// <param name="cancellationToken">Ends it after the start at hand.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        ScheduleRow? last = null;
        do
        {
            var page = await starts.ListDueAsync(now, PageSize, last, cancellationToken);
            foreach (var schedule in page)
                await TryStartAsync(schedule, now, cancellationToken);
            last = page.Count == PageSize ? page[^1] : null;
        }
        while (last is not null);
    }

    private async Task TryStartAsync(ScheduleRow schedule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(schedule, Times(schedule), now, cancellationToken);
        }
        catch (Exception exception) when (exception is PostgresException or FormatException)
        {
            if (_failed.TryAdd((schedule.Id, schedule.NextRunAt), true))
                logger.LogError(exception, "Schedule {ScheduleId} could not be started for {Due}; it is tried again", schedule.Id, schedule.NextRunAt);
        }
    }

    private async Task StartAsync(ScheduleRow schedule, CronSchedule times, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runs = CatchUp.Plan(schedule, times, now, options.Value);
        if (runs.Count == 0 && await starts.SkipAsync(schedule, times.NextAfter(now), cancellationToken))
            logger.LogWarning("Schedule {ScheduleId} was due at {Due}, which was missed; its missed times are skipped", schedule.Id, schedule.NextRunAt);
        foreach (var run in runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await starts.StartAsync(schedule, run, cancellationToken) is not { } executionId)
                return;
            if (run.Due != run.RunAt)
                logger.LogWarning("Schedule {ScheduleId} skips the missed times from {Due} until {RunAt}", schedule.Id, run.Due, run.RunAt);
            logger.LogDebug("Schedule {ScheduleId} started execution {ExecutionId} for {RunAt}", schedule.Id, executionId, run.RunAt);
            await TellAsync(executionId);
        }
    }

    private async Task TellAsync(string executionId)
    {
        try
        {
            await services.GetRequiredService<IEngine>().StartAsync(executionId, CancellationToken.None);
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "The engine could not be told of execution {ExecutionId}; it will find it in the record", executionId);
        }
    }

    private static CronSchedule Times(ScheduleRow schedule)
    {
        if (!TimeZones.TryFind(schedule.TimeZone, out var zone))
            throw new FormatException($"This machine does not know the time zone '{schedule.TimeZone}'.");
        return CronSchedule.TryParse(schedule.Cron, zone, out var times) ? times : throw new FormatException($"'{schedule.Cron}' is not a cron expression.");
    }
}
