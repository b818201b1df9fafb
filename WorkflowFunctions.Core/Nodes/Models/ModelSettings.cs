namespace WorkflowFunctions.Nodes.Models;

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
}
