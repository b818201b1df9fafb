using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>What a model is asked to write.</summary>
public sealed record CopyRequest
{
    /// <summary>What the user asks; not empty.</summary>
    public required string Prompt { get; init; }

    /// <summary>How the model is to behave; null or empty sends no system message.</summary>
    public string? System { get; init; }

    /// <summary>A configured model's name or <c>offline</c>; null takes the default model.</summary>
    public string? Model { get; init; }

    /// <summary>Sampling temperature as the endpoint defines it; null leaves it to the model.</summary>
    public double? Temperature { get; init; }

    /// <summary>The most tokens the answer may have, at least 1; null leaves it to the model.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Whether the answer must be one JSON value.</summary>
    public bool Json { get; init; }

    /// <summary>The JSON Schema the answer is to follow, sent as it is; implies <see cref="Json"/>.</summary>
    public JsonElement? JsonSchema { get; init; }

    internal bool WantsJson => Json || JsonSchema is not null;
}
