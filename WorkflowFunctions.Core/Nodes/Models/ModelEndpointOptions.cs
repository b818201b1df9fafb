namespace WorkflowFunctions.Nodes.Models;

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
