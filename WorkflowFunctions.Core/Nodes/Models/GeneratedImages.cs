namespace WorkflowFunctions.Nodes.Models;

/// <summary>The images a model made and what they took.</summary>
public sealed record GeneratedImages
{
    /// <summary>The images in the endpoint's order; at least one.</summary>
    public required IReadOnlyList<GeneratedImage> Images { get; init; }

    /// <summary>The configured name of the model that answered, or <c>offline</c>.</summary>
    public required string Model { get; init; }

    /// <summary>What they took.</summary>
    public required ModelUsage Used { get; init; }
}
