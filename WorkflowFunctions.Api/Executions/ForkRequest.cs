using System.ComponentModel;
using System.Text.Json;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Asks for an execution that begins where a checkpoint stood.</summary>
public sealed record ForkRequest
{
    /// <summary>The checkpoint.</summary>
    [Description("The checkpoint to begin from")]
    public required string CheckpointId { get; init; }

    /// <summary>Params over those of the checkpoint; nodes that were settled then do not run again.</summary>
    [Description("Params over those of the checkpoint; nodes that were settled then do not run again")]
    public IReadOnlyDictionary<string, JsonElement>? Params { get; init; }
}
