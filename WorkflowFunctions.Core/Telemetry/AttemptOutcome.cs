using WorkflowFunctions.Record;

namespace WorkflowFunctions.Telemetry;

/// <summary>What came of an attempt, in the words of metrics and spans.</summary>
internal static class AttemptOutcome
{
    /// <summary>It failed, and another one follows.</summary>
    public const string Retrying = "retrying";

    /// <summary>The word for the status that a job has after an attempt.</summary>
    public static string Of(string jobStatus) => jobStatus == JobStatus.Pending ? Retrying : jobStatus;
}
