namespace WorkflowFunctions.Api.Recurring;

/// <summary>What only one may do at a time on a database: numbers that nothing else in it locks.</summary>
internal static class MaintenanceLocks
{
    public const long Retention = 0x57F0_0003;

    public const long Partitions = 0x57F0_0004;
}

/// <summary>Work that only one may do at a time is being done. The message says which.</summary>
internal sealed class MaintenanceBusyException(string message) : Exception(message);
