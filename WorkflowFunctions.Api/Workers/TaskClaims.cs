using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Workers;

/// <summary>Takes tasks for workers, and waits for some where there are none.</summary>
internal sealed class TaskClaims(
    WorkerStore tasks, ExecutionChanges changes, IOptions<WorkflowApiOptions> options, IHostApplicationLifetime lifetime)
{
    /// <summary>Takes tasks as soon as there are some, but waits no longer than so many seconds.</summary>
    public async Task<IReadOnlyList<ClaimedTask>> ClaimAsync(TaskClaim claim, int seconds, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        enough.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            // What another process queues, and leases that end, are noticed by asking.
            var next = changes.NextTaskAsync(claim.Queues, options.Value.PollInterval, enough.Token);
            var claimed = await tasks.ClaimAsync(claim, cancellationToken);
            if (claimed.Count > 0 || enough.IsCancellationRequested)
            {
                await enough.CancelAsync();
                return claimed;
            }

            await next;
        }
    }
}
