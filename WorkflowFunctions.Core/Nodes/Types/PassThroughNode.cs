using System.Text.Json;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>
/// <c>default</c> and <c>merge</c>: give on what comes in. With one live edge that is the output of the node before; with
/// several, an object of the outputs by node id.
/// </summary>
internal abstract class PassThroughNode(string name, string description) : NodeType<PassThroughNode.NoSettings>
{
    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <inheritdoc/>
    public override string Description { get; } = description;

    /// <inheritdoc/>
    public override bool IsPure => true;

    /// <inheritdoc/>
    protected internal override bool ReadsIncoming(JsonElement data) => true;

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(NoSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        Task.FromResult(NodeResult.Completed(context.PassThrough));

    /// <summary>The node takes no settings.</summary>
    public sealed record NoSettings;
}

/// <summary><c>default</c>: React Flow's plain node; passes through.</summary>
internal sealed class DefaultNode() : PassThroughNode("default", "Passes on what comes in.");

/// <summary><c>merge</c>: brings branches together; passes through.</summary>
internal sealed class MergeNode()
    : PassThroughNode("merge", "Brings branches together and passes on what comes in, by node id if there are several.");
