namespace WorkflowFunctions.Nodes.Models;

/// <summary>One model of the configuration with its endpoint.</summary>
internal sealed record ConfiguredModel(string Name, ModelSettings Settings, string EndpointName, ModelEndpointOptions Endpoint)
{
    private const decimal Million = 1_000_000m;

    public ModelKind Kind => Settings.Kind;

    public string ProviderName => string.IsNullOrEmpty(Settings.Name) ? Name : Settings.Name;

    /// <summary>How messages call the model.</summary>
    public string Described => $"model '{Name}' at endpoint '{EndpointName}'";

    public decimal CostOf(long inputTokens, long outputTokens, int images = 0) =>
        (inputTokens * Settings.InputPerMillion / Million)
        + (outputTokens * Settings.OutputPerMillion / Million)
        + (images * Settings.PerImage);
}
