using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Partitions;

/// <summary>Partitions, every day.</summary>
internal sealed class PartitionWork(PartitionRunner partitions, IOptions<PartitionOptions> options) : IRecurringWork
{
    /// <inheritdoc/>
    public string Name => "partitions";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => partitions.RunAsync(cancellationToken);
}
