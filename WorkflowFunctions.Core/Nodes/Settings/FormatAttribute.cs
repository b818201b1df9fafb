namespace WorkflowFunctions.Nodes.Settings;

/// <summary>Says what a string setting holds, for editors and checks: the <c>format</c> of its JSON Schema.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FormatAttribute(string format) : Attribute
{
    /// <summary>A bare Liquid condition; the node type gets the boolean that it comes to.</summary>
    public const string LiquidCondition = "liquid-condition";

    /// <summary>A text of several lines, for which an editor shows a larger field.</summary>
    public const string Multiline = "multiline";

    /// <summary>The format.</summary>
    public string Format { get; } = format;
}
