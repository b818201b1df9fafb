using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Retention;

/// <summary>Retention, every day.</summary>
internal sealed class RetentionWork(RetentionRunner retention, IOptions<RetentionOptions> options) : IRecurringWork
{
    /// <inheritdoc/>
    public string Name => "retention";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => retention.RunAsync(cancellationToken);
}
