namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>input</c>: where a workflow begins; outputs the params. One of React Flow's own types.</summary>
internal sealed class InputNode : NodeType<InputNode.NoSettings>
{
    /// <inheritdoc/>
    public override string Name => "input";

    /// <inheritdoc/>
    public override string Description => "Where a workflow begins: outputs the params it was started with.";

    /// <inheritdoc/>
    public override bool IsPure => true;

    /// <inheritdoc/>
    protected internal override bool ReadsParams => true;

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(NoSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        Task.FromResult(NodeResult.Completed(context.Params));

    /// <summary>The node takes no settings.</summary>
    public sealed record NoSettings;
}
