using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Schedules;

/// <summary>Starts the templates whose time has come. Several processes may do it at once: each time is started once.</summary>
/// <remarks>The engine runs recurring work, this too, and so cannot be had before it is there.</remarks>
internal sealed class ScheduleRunner(
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
                logger.LogError(
                    exception.ForLog(), "Schedule {ScheduleId} could not be started for {Due}; it is tried again", schedule.Id,
                    schedule.NextRunAt);
        }
    }

    private async Task StartAsync(ScheduleRow schedule, CronSchedule times, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runs = CatchUp.Plan(schedule, times, now, options.Value);
        if (runs.Count == 0 && await starts.SkipAsync(schedule, times.NextAfter(now), cancellationToken))
            logger.LogWarning(
                "Schedule {ScheduleId} was due at {Due}, which was missed; its missed times are skipped", schedule.Id, schedule.NextRunAt);
        foreach (var run in runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await starts.StartAsync(schedule, run, cancellationToken) is not { } executionId)
                return;
            if (run.Due != run.RunAt)
                logger.LogWarning("Schedule {ScheduleId} skips the missed times from {Due} until {RunAt}", schedule.Id, run.Due, run.RunAt);
            logger.LogDebug("Schedule {ScheduleId} started execution {ExecutionId} for {RunAt}", schedule.Id, executionId, run.RunAt);
            await services.GetRequiredService<EngineCalls>().StartAsync(executionId);
        }
    }

    private static CronSchedule Times(ScheduleRow schedule)
    {
        if (!TimeZones.TryFind(schedule.TimeZone, out var zone))
            throw new FormatException($"This machine does not know the time zone '{schedule.TimeZone}'.");
        return CronSchedule.TryParse(schedule.Cron, zone, out var times)
            ? times
            : throw new FormatException($"'{schedule.Cron}' is not a cron expression.");
    }
}

/// <summary>Starts by time, every second.</summary>
internal sealed class ScheduleWork(ScheduleRunner schedules, IOptions<ScheduleOptions> options) : IRecurringWork
{
    /// <inheritdoc/>
    public string Name => "schedules";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => schedules.RunAsync(cancellationToken);
}

/// <summary>How templates are started by time: the section <c>Schedules</c>.</summary>
internal sealed record ScheduleOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Schedules";

    /// <summary>When the record is asked which schedules are due, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "* * * * * *";

    /// <summary>A time for which nothing has been started so many seconds later is missed.</summary>
    [Range(1, 86_400)]
    public int MissedAfterSeconds { get; set; } = 60;

    /// <summary>How many missed times <c>run_all</c> makes up for at the most: the latest ones.</summary>
    [Range(1, 10_000)]
    public int MaxCatchUp { get; set; } = 100;
}
