namespace WorkflowFunctions.Nodes.Models;

/// <summary>What a model is asked to show.</summary>
public sealed record ImageRequest
{
    /// <summary>The most images one request may ask for; OpenAI's own limit.</summary>
    public const int MaxCount = 10;

    /// <summary>What the images show; not empty.</summary>
    public required string Prompt { get; init; }

    /// <summary>A configured model's name or <c>offline</c>; null takes the default image model.</summary>
    public string? Model { get; init; }

    /// <summary>Pixels as <c>WIDTHxHEIGHT</c>, for example <c>1024x1024</c>; null or <c>auto</c> leaves it to the model.</summary>
    public string? Size { get; init; }

    /// <summary>How many images, 1 to <see cref="MaxCount"/>.</summary>
    public int Count { get; init; } = 1;
}
