using System.Text.Json;

namespace WorkflowFunctions.Nodes;

/// <summary>What came of an attempt that did not fail.</summary>
public sealed record NodeResult
{
    private NodeResult()
    {
    }

    /// <summary>The output, if the node has completed.</summary>
    public JsonElement Output { get; private init; }

    /// <summary>The branch taken; null for none.</summary>
    public string? Branch { get; private init; }

    /// <summary>What the attempt used.</summary>
    public Usage Usage { get; private init; } = Usage.None;

    /// <summary>When to run the node again, if it has not completed but waits.</summary>
    public DateTimeOffset? Until { get; private init; }

    /// <summary>The node has completed.</summary>
    /// <param name="output">Its output; written as JSON with snake_case names unless it is a <see cref="JsonElement"/>.</param>
    /// <param name="branch">The branch taken; one of those that the node type names.</param>
    /// <param name="usage">What was used.</param>
    public static NodeResult Completed<T>(T output, string? branch = null, Usage? usage = null) => new()
    {
        Output = output is JsonElement element ? element : JsonSerializer.SerializeToElement(output, Settings.SettingsSchema.Json),
        Branch = branch,
        Usage = usage ?? Usage.None,
    };

    /// <summary>The node has nothing to do until then; it is run again at that time, by whichever process is there.</summary>
    public static NodeResult WaitUntil(DateTimeOffset until) => new() { Until = until };
}

/// <summary>What an attempt used; goes into the job and the metrics.</summary>
/// <param name="Tokens">Input plus output tokens.</param>
/// <param name="CostUsd">Cost in US dollars.</param>
/// <param name="ApiCalls">Calls of other services.</param>
public sealed record Usage(long Tokens, decimal CostUsd, int ApiCalls)
{
    /// <summary>Nothing.</summary>
    public static readonly Usage None = new(0, 0, 0);
}
