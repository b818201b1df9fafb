using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Batches;

/// <summary>Goes on with batches. While there are any it looks often, so that the next row begins soon after one has ended.</summary>
internal sealed class BatchWork(BatchRunner runner, IOptions<BatchOptions> options, ILogger<BatchWork> logger) : IRecurringWork
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>One run ends then, and the next one comes by the schedule: a host may not let a run take as long as a batch does.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public string Name => "batches";

    /// <inheritdoc/>
    public CronSchedule Schedule { get; } = CronSchedule.Parse(options.Value.Cron);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (await runner.ListActiveAsync(cancellationToken) is { Count: > 0 } active && Stopwatch.GetElapsedTime(begun) < s_longest)
        {
            foreach (var id in active)
                await TryAdvanceAsync(id, cancellationToken);
            await Task.Delay(s_pause, cancellationToken);
        }
    }

    /// <summary>One that fails is not in the way of the others: it is tried again.</summary>
    private async Task TryAdvanceAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await runner.AdvanceAsync(id, cancellationToken);
        }
        catch (PostgresException exception)
        {
            logger.LogError(exception.ForLog(), "Batch {BatchId} could not go on; it is tried again", id);
        }
    }
}

/// <summary>How batches go on: the section <c>Batches</c>.</summary>
internal sealed record BatchOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Batches";

    /// <summary>When it is looked whether there are batches to go on with, in UTC.</summary>
    [CustomValidation(typeof(CronSchedule), nameof(CronSchedule.Validate))]
    public string Cron { get; set; } = "* * * * * *";
}
