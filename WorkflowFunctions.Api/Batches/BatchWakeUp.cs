using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Batches;

/// <summary>
/// Goes on with batches as soon as something is asked for, in the process that was asked: the next look by the schedule may be a minute
/// away. Nothing depends on it; if this process ends, the schedule has the batch go on.
/// </summary>
internal sealed class BatchWakeUp(BatchWork work, ILogger<BatchWakeUp> logger) : BackgroundService
{
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something has been asked for.</summary>
    public void Wake() => _calls.Writer.TryWrite(true);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _calls.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await work.RunAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(exception.ForLog(), "Batches could not go on at once; they do by their schedule");
            }
        }
    }
}
