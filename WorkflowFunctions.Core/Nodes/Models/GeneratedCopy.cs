namespace WorkflowFunctions.Nodes.Models;

/// <summary>What a model wrote and what it took.</summary>
public sealed record GeneratedCopy
{
    /// <summary>The answer, without the thoughts before it; when JSON was asked, one JSON value and nothing around it.</summary>
    public required string Text { get; init; }

    /// <summary>What the model thought before it answered, where it shows that.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Why the model ended, in the endpoint's word: <c>stop</c>, <c>length</c>; null where it does not say.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Whether the answer ends where the model had written as many tokens as it may.</summary>
    public bool IsCut { get; init; }

    /// <summary>The configured name of the model that answered, or <c>offline</c>.</summary>
    public required string Model { get; init; }

    /// <summary>What it took.</summary>
    public required ModelUsage Used { get; init; }
}
