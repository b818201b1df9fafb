using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Schedules;

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
