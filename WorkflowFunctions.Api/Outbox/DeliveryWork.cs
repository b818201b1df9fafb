using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Outbox;

/// <summary>Empties the outbox. Several processes may do it at once: each attempt is made by one of them.</summary>
internal sealed class DeliveryWork(
    DeliveryStore deliveries, WebhookSender webhooks, FailureStarts failures, IOptions<DeliveryOptions> options,
    ILogger<DeliveryWork> logger)
    : IRecurringWork
{
    private const int AtOnce = 16;

    /// <summary>What is sent is taken for this long; an attempt takes less (<see cref="WebhookSender.Timeout"/>).</summary>
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(2);

    /// <summary>The waits between attempts: a day, all in all.</summary>
    private static readonly TimeSpan[] s_delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(8), TimeSpan.FromHours(8),
    ];

    /// <inheritdoc/>
    public string Name => "deliveries";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // One receiver that takes its time is not in the way of the others.
        var each = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ClaimAsync(cancellationToken), each, AttemptAsync);
    }

    private async IAsyncEnumerable<DueDelivery> ClaimAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await deliveries.ClaimAsync(AtOnce, s_lease, cancellationToken) is { Count: > 0 } due)
        {
            foreach (var delivery in due)
                yield return delivery;
        }
    }

    private async ValueTask AttemptAsync(DueDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            if (delivery.TemplateId is null)
                await webhooks.SendAsync(delivery, cancellationToken);
            else
                await failures.StartAsync(delivery, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan? delay = delivery.Attempts <= s_delays.Length ? s_delays[delivery.Attempts - 1] : null;
            await deliveries.FailedAsync(delivery.Id, exception.Message, delay, cancellationToken);
            if (delay is null)
            {
                logger.LogWarning(
                    "Delivery {DeliveryId} of execution {ExecutionId} failed for good: {Reason}",
                    delivery.Id,
                    delivery.ExecutionId,
                    exception.Message);
            }

            return;
        }

        await deliveries.DeliveredAsync(delivery.Id, cancellationToken);
    }
}

/// <summary>How the outbox is emptied: the section <c>Deliveries</c>.</summary>
internal sealed record DeliveryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Deliveries";

    /// <summary>When the outbox is looked at, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "* * * * * *";
}
