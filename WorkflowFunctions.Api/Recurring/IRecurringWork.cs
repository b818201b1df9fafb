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

/// <summary>What only one may do at a time on a database: numbers that nothing else in it locks.</summary>
internal static class MaintenanceLocks
{
    public const long Retention = 0x57F0_0003;

    public const long Partitions = 0x57F0_0004;
}

/// <summary>Work that only one may do at a time is being done. The message says which.</summary>
internal sealed class MaintenanceBusyException(string message) : Exception(message);
