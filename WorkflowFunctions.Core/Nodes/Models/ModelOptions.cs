namespace WorkflowFunctions.Nodes.Models;

/// <summary>The models that workflows may use: the configuration section <c>Models</c>.</summary>
public sealed class ModelOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Models";

    /// <summary>
    /// The model that writes when a request names none. Left out: the first copy model in alphabetical order, or <c>offline</c>.
    /// </summary>
    public string? Default { get; set; }

    /// <summary>
    /// The model that makes images when a request names none. Left out: the first image model in alphabetical order, or <c>offline</c>.
    /// </summary>
    public string? DefaultImage { get; set; }

    /// <summary>The endpoints by a name of their own.</summary>
    public Dictionary<string, ModelEndpointOptions> Endpoints { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One OpenAI-compatible endpoint, such as OpenAI, Azure OpenAI, Ollama or vLLM.</summary>
public sealed class ModelEndpointOptions
{
    /// <summary>
    /// The address that <c>/chat/completions</c> follows, for example <c>https://api.openai.com/v1</c>, <c>http://localhost:11434/v1</c>
    /// or <c>https://RESOURCE.openai.azure.com/openai/v1/</c>.
    /// </summary>
    public string? BaseUrl { get; set; }

    /// <summary>Sent as a bearer token; left out, no <c>Authorization</c> header is sent.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// The request field that bounds the answer: <c>max_completion_tokens</c> (OpenAI, Azure OpenAI, vLLM) or <c>max_tokens</c> (servers
    /// that only know the older field, such as Ollama and LM Studio, and would ignore the new one).
    /// </summary>
    public string MaxTokensField { get; set; } = "max_completion_tokens";

    /// <summary>The endpoint's models by the name that workflows use; unique over all endpoints.</summary>
    public Dictionary<string, ModelSettings> Models { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One model of an endpoint and its prices. A price that is left out counts as 0.</summary>
public sealed class ModelSettings
{
    /// <summary>What the model makes.</summary>
    public ModelKind Kind { get; set; } = ModelKind.Copy;

    /// <summary>
    /// The provider's own name of the model or deployment, where it differs from the configured one. Names with a colon, such as
    /// <c>llama3.2:3b</c>, belong here: a colon separates levels in configuration keys.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>USD for 1,000,000 tokens read.</summary>
    public decimal InputPerMillion { get; set; }

    /// <summary>USD for 1,000,000 tokens written.</summary>
    public decimal OutputPerMillion { get; set; }

    /// <summary>USD for one image.</summary>
    public decimal PerImage { get; set; }

    /// <summary>How often it may be asked in a minute, by all processes together; null for no limit.</summary>
    public int? RequestsPerMinute { get; set; }

    /// <summary>How many tokens it may read and write in a minute, for all processes together; null for no limit.</summary>
    public long? TokensPerMinute { get; set; }
}

/// <summary>What a model makes.</summary>
public enum ModelKind
{
    /// <summary>Text, over <c>/chat/completions</c>.</summary>
    Copy,

    /// <summary>Images, over <c>/images/generations</c>.</summary>
    Image,
}
