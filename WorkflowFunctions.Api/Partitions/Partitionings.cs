namespace WorkflowFunctions.Api.Partitions;

/// <summary>The tables that may be partitioned.</summary>
internal static class Partitionings
{
    /// <summary>All of them, as they are configured.</summary>
    public static IReadOnlyList<IPartitioning> All(PartitionOptions options, TimeProvider time) =>
        [new EventPartitioning(time.GetUtcNow(), options.QuartersAhead), new ExecutionPartitioning(options.MajorWorkspaceRows)];
}
