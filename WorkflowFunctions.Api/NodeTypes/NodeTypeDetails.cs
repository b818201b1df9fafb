using System.Text.Json.Nodes;

namespace WorkflowFunctions.Api.NodeTypes;

/// <summary>A node type, as an editor needs it.</summary>
/// <param name="Name">The name in a workflow.</param>
/// <param name="Description">What the node does.</param>
/// <param name="Settings">JSON Schema (draft 2020-12) of <c>data</c>: the settings of the type and those that every node has.</param>
/// <param name="Branches">The handles of a new node. Settings may add more: the cases of a <c>switch</c>, and <c>error</c>.</param>
/// <param name="Outputs">The fields that its output always has, with a dot before a member of a field: <c>tokens.input</c>.</param>
public sealed record NodeTypeDetails(
    string Name, string Description, JsonObject Settings, IReadOnlyList<string> Branches, IReadOnlyList<string> Outputs);
