using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Writes text with whichever configured model a request names.</summary>
public interface ICopyModels
{
    /// <summary>
    /// Makes one attempt: one call to the model's endpoint. Where JSON was asked for and something else has come, the model is told so and
    /// asked once more.
    /// </summary>
    /// <param name="request">What to write and with which model.</param>
    /// <param name="cancellationToken">Stops the attempt; there is no other time limit.</param>
    /// <exception cref="ModelException">The model is unknown, refused, could not be reached or answered badly.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<GeneratedCopy> GenerateAsync(CopyRequest request, CancellationToken cancellationToken);
}

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
