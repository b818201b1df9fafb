using System.Text.Json;

namespace WorkflowFunctions.Workflows;

/// <summary>What the graph needs to know of a node type to check a node of it. The node types implement it.</summary>
public interface INodeShape
{
    /// <summary>The branches that a node with these settings can take: the allowed values of <c>sourceHandle</c>.</summary>
    IReadOnlyList<string> Branches(JsonElement data);

    /// <summary>Whether a node of this type has a body: the nodes that name it as their <c>parentId</c>.</summary>
    bool HasBody { get; }

    /// <summary>Checks the settings of a node and lists what they read of other nodes.</summary>
    /// <param name="data">The <c>data</c> object of the node.</param>
    /// <param name="nodeIds">Every node id of the workflow, so that <c>{{ node-1.text }}</c> is known as a reference.</param>
    /// <param name="isInBody">Whether the node is in a body, where <c>item</c> and <c>index</c> are known.</param>
    SettingsCheck Check(JsonElement data, IReadOnlySet<string> nodeIds, bool isInBody);
}

/// <summary>The node types that a workflow may use.</summary>
public interface INodeShapes
{
    /// <summary>The names of all node types, for messages.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The shape of a node type, or null for an unknown one.</summary>
    INodeShape? Find(string type);
}

/// <summary>The result of checking the settings of one node.</summary>
/// <param name="Problems">What is wrong; pointers are relative to the <c>data</c> object.</param>
/// <param name="References">The nodes whose outputs the settings read.</param>
public sealed record SettingsCheck(IReadOnlyList<Problem> Problems, IReadOnlyList<NodeReference> References);

/// <summary>A place in a node's settings that reads the output of another node.</summary>
/// <param name="NodeId">The node that is read.</param>
/// <param name="Pointer">Where, relative to the <c>data</c> object.</param>
public sealed record NodeReference(string NodeId, string Pointer);
