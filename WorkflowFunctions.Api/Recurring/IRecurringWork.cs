namespace WorkflowFunctions.Api.Recurring;

/// <summary>
/// Work that is done again and again, by one process at a time: the leader of the Local engine, or a timer of another host.
/// A run that was missed, because nothing led at its time, is not made up for; each run does whatever is due.
/// </summary>
public interface IRecurringWork
{
    /// <summary>What the log calls it: <c>retention</c>.</summary>
    string Name { get; }

    /// <summary>When it runs.</summary>
    CronSchedule Schedule { get; }

    /// <summary>Runs once.</summary>
    /// <param name="cancellationToken">Ends the run at a moment at which nothing is lost.</param>
    Task RunAsync(CancellationToken cancellationToken);
}
