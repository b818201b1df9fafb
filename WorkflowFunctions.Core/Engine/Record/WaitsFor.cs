using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowFunctions.Engine.Record;

/// <summary>What a job waits for besides a time: a signal, or its body to run. Kept as <c>agent_jobs.waits_for</c>.</summary>
internal sealed record WaitsFor
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The signal.</summary>
    public string? Signal { get; init; }

    /// <summary>The number of items that the body runs for.</summary>
    public int? Items { get; init; }

    /// <summary>For how many of them at once.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>When the attempt fails if it still waits (<c>timeout_seconds</c>).</summary>
    public DateTimeOffset? Deadline { get; init; }
}
