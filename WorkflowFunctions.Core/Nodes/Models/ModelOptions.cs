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
