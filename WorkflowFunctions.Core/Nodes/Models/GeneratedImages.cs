namespace WorkflowFunctions.Nodes.Models;

/// <summary>The images a model made and what they cost.</summary>
public sealed record GeneratedImages
{
    /// <summary>The images in the endpoint's order; at least one.</summary>
    public required IReadOnlyList<GeneratedImage> Images { get; init; }

    /// <summary>The configured name of the model that answered, or <c>offline</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Images and tokens times the configured prices, in USD; 0 for a model without prices.</summary>
    public required decimal CostUsd { get; init; }
}
