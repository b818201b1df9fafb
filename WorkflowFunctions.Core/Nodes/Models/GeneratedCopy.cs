namespace WorkflowFunctions.Nodes.Models;

/// <summary>What a model wrote and what it cost.</summary>
public sealed record GeneratedCopy
{
    /// <summary>The answer; when JSON was asked, one JSON value and nothing around it.</summary>
    public required string Text { get; init; }

    /// <summary>The configured name of the model that answered, or <c>offline</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Tokens read, as the endpoint counted them, or an estimate when it did not say.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens written, as the endpoint counted them, or an estimate when it did not say.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Tokens times the configured prices, in USD; 0 for a model without prices.</summary>
    public required decimal CostUsd { get; init; }
}
