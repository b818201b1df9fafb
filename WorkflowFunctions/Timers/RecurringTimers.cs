using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Durable.Orchestration;

namespace WorkflowFunctions.Durable.Timers;

/// <summary>Runs the recurring work, each at the time that its own setting says. The host runs a timer on one worker at a time.</summary>
internal sealed class RecurringTimers(
    IEnumerable<IRecurringWork> works, DurableEngine engine, TimeProvider time, ILogger<RecurringTimers> logger)
{
    /// <summary>Archives and deletes what is old, and with it the histories of its instances.</summary>
    /// <remarks>What is archived ended a day ago at least, the shortest time that there is: its instance was begun before that.</remarks>
    [Function("Retention")]
    public async Task RetentionAsync(
        [TimerTrigger("%Retention:Cron%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await RunAsync("retention", timer, cancellationToken);
        await new WorkflowInstances(client).PurgeAsync(time.GetUtcNow() - WorkflowInstances.HistoryKept, cancellationToken);
    }

    /// <summary>Makes the partitions to come.</summary>
    [Function("Partitions")]
    public Task PartitionsAsync([TimerTrigger("%Partitions:Cron%")] TimerInfo timer, CancellationToken cancellationToken) =>
        RunAsync("partitions", timer, cancellationToken);

    /// <summary>Refreshes the summary of executions.</summary>
    [Function("Analytics")]
    public Task AnalyticsAsync([TimerTrigger("%Analytics:Cron%")] TimerInfo timer, CancellationToken cancellationToken) =>
        RunAsync("analytics", timer, cancellationToken);

    /// <summary>Counts days anew that are over and have changed.</summary>
    [Function("AnalyticsChanges")]
    public Task AnalyticsChangesAsync([TimerTrigger("%Analytics:ChangesCron%")] TimerInfo timer, CancellationToken cancellationToken) =>
        RunAsync("analytics_changes", timer, cancellationToken);

    /// <summary>Starts what is due by time.</summary>
    [Function("Schedules")]
    public Task SchedulesAsync(
        [TimerTrigger("%Schedules:Cron%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        engine.Use(client);
        return RunAsync("schedules", timer, cancellationToken);
    }

    /// <summary>Empties the outbox.</summary>
    [Function("Deliveries")]
    public Task DeliveriesAsync(
        [TimerTrigger("%Deliveries:Cron%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        engine.Use(client);
        return RunAsync("deliveries", timer, cancellationToken);
    }

    /// <summary>Starts the next rows of batches.</summary>
    [Function("Batches")]
    public Task BatchesAsync(
        [TimerTrigger("%Batches:Cron%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        engine.Use(client);
        return RunAsync("batches", timer, cancellationToken);
    }

    private async Task RunAsync(string name, TimerInfo timer, CancellationToken cancellationToken)
    {
        if (timer.IsPastDue)
            logger.LogInformation("The recurring work {Name} is late", name);
        await works.Single(work => work.Name == name).RunAsync(cancellationToken);
    }
}
