namespace WorkflowFunctions.Nodes.Models;

/// <summary>What a model makes.</summary>
public enum ModelKind
{
    /// <summary>Text, over <c>/chat/completions</c>.</summary>
    Copy,

    /// <summary>Images, over <c>/images/generations</c>.</summary>
    Image,
}
