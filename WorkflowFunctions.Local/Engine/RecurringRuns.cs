using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Local.Engine;

/// <summary>Runs recurring work by its schedules, each on its own, until it is stopped.</summary>
internal sealed class RecurringRuns
{
    /// <summary>The longest that a timer of the platform is asked to wait; the clock may be set meanwhile.</summary>
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public RecurringRuns(IEnumerable<IRecurringWork> works, TimeProvider time, ILogger<RecurringRuns> logger, CancellationToken stopping)
    {
        (_time, _logger) = (time, logger);
        Completion = Task.WhenAll(works.Select(work => Task.Run(() => RepeatAsync(work, stopping), CancellationToken.None)));
    }

    /// <summary>Completes when nothing runs any more, and never fails.</summary>
    public Task Completion { get; }

    private async Task RepeatAsync(IRecurringWork work, CancellationToken stopping)
    {
        try
        {
            while (work.Schedule.NextAfter(_time.GetUtcNow()) is { } next)
            {
                await WaitAsync(next, stopping);
                await RunAsync(work, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The term ends.
        }
    }

    private async Task WaitAsync(DateTimeOffset until, CancellationToken stopping)
    {
        while (until - _time.GetUtcNow() is { Ticks: > 0 } left)
            await Task.Delay(left < s_longestDelay ? left : s_longestDelay, _time, stopping);
    }

    private async Task RunAsync(IRecurringWork work, CancellationToken stopping)
    {
        try
        {
            await work.RunAsync(stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            _logger.LogError(
                exception.ForLog(), "The recurring work {Name} failed; it runs again by its schedule ({Schedule})", work.Name,
                work.Schedule);
        }
        catch (Exception exception)
        {
            _logger.LogDebug(exception, "The recurring work {Name} was stopped", work.Name);
        }
    }
}
