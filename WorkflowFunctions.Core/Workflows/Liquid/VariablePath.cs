namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>A variable that a template reads: <c>nodes.node-1.text</c>.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Root">Its first name.</param>
/// <param name="Member">
/// The name after the root where it is written out (<c>nodes.a</c>, <c>nodes["a"]</c>); null where there is none or it is computed.
/// </param>
/// <param name="HasDefault">It stands in an expression that has a <c>default</c> filter.</param>
public sealed record VariablePath(string Text, string Root, string? Member, bool HasDefault);
