namespace WorkflowFunctions.Nodes.Models;

/// <summary>A model could not answer. The message says what failed and what to do.</summary>
public sealed class ModelException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed, where, and what to do about it.</param>
    /// <param name="inner">The cause, where it carries no secret.</param>
    public ModelException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>
    /// What the endpoint or the model said, at any length, without the API key. It may repeat the prompt, and secrets in it; so it is not
    /// in the message, which is in traces.
    /// </summary>
    public string? Said { get; init; }

    /// <summary>The name of the model that was asked, as configured or, where it is unknown, as requested.</summary>
    public string? Model { get; init; }

    /// <summary>The name of the model's endpoint in the configuration.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The HTTP status of the endpoint's answer; null when no answer came or the failure is not one of HTTP.</summary>
    public int? Status { get; init; }

    /// <summary>Whether the same request may succeed later: 408, 409, 425, 429, 5xx, network failures and unusable answers.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long the endpoint asked to wait before the next attempt.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When the model may be asked, if it was not because it has been as often as it may (<see cref="IModelLimits"/>).</summary>
    public TimeSpan? TurnIn { get; init; }

    /// <summary>Whether another model may be asked instead: this one was busy, broken or out of reach, or may not be asked now.</summary>
    internal bool IsOfThisModelAlone => IsTransient || TurnIn is not null || Status is 429 or >= 500;

    /// <summary>What the failed attempt took: an answer that cannot be used is paid for all the same.</summary>
    public ModelUsage Used { get; internal set; } = ModelUsage.None;
}
