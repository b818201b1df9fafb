namespace WorkflowFunctions.Engine.Record;

/// <summary>Makes the ids of rows. All are text, as the document has them.</summary>
internal static class Ids
{
    /// <summary>A new id that sorts by time: <c>exec-0197…</c> (UUID version 7, RFC 9562).</summary>
    /// <param name="prefix">What it is an id of: <c>exec</c>, <c>tpl</c>, <c>cp</c>.</param>
    public static string New(string prefix) => $"{prefix}-{Guid.CreateVersion7():N}";

    /// <summary>
    /// What the ids of batches begin with. By it an execution's <c>created_by</c> tells that a batch has started it, in SQL too.
    /// </summary>
    public const string BatchPrefix = "batch-";

    /// <summary>The one job of a node in an execution (design, rule 2).</summary>
    public static string OfJob(string executionId, string nodeId) => $"{executionId}:{nodeId}";
}
