namespace WorkflowFunctions.Api;

/// <summary>How the API follows executions for those who wait.</summary>
public sealed record WorkflowApiOptions
{
    /// <summary>
    /// How often the record is asked while someone waits for an execution. Changes made by this process are noticed at once;
    /// this is for those that another process makes.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After how long a silence an event stream sends a comment, so that nobody in between takes it for dead.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);
}
