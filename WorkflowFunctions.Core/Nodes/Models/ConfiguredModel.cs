using WorkflowFunctions.Nodes.Models.Remote;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>One model of the configuration with its endpoint.</summary>
internal sealed record ConfiguredModel(string Name, ModelSettings Settings, string EndpointName, ModelEndpointOptions Endpoint)
{
    private const decimal Million = 1_000_000m;

    public ModelKind Kind => Settings.Kind;

    public string ProviderName => string.IsNullOrEmpty(Settings.Name) ? Name : Settings.Name;

    /// <summary>How messages call the model.</summary>
    public string Described => $"model '{Name}' at endpoint '{EndpointName}'";

    /// <summary>One call.</summary>
    public ModelUsage UsageOf(long inputTokens, long outputTokens, int images = 0) => new(
        inputTokens,
        outputTokens,
        (inputTokens * Settings.InputPerMillion / Million)
            + (outputTokens * Settings.OutputPerMillion / Million)
            + (images * Settings.PerImage),
        Calls: 1);

    /// <summary>A failure of this model.</summary>
    public ModelException Failure(
        string message,
        ModelUsage used,
        bool isTransient,
        string? said = null,
        int? status = null,
        TimeSpan? retryAfter = null,
        Exception? inner = null,
        TimeSpan? turnIn = null) =>
        new(message, inner)
        {
            // Some endpoints repeat the request's headers in their errors.
            Said = Redaction.WithoutKey(said, Endpoint.ApiKey),
            Model = Name,
            Endpoint = EndpointName,
            Status = status,
            IsTransient = isTransient,
            RetryAfter = retryAfter,
            TurnIn = turnIn,
            Used = used,
        };
}
