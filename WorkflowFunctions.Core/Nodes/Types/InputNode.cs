using System.ComponentModel;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>input</c>: where a workflow begins; outputs the params. One of React Flow's own types.</summary>
internal sealed class InputNode : NodeType<InputNode.InputSettings>
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
    protected override Task<NodeResult> RunAsync(InputSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        Task.FromResult(NodeResult.Completed(context.Params));

    /// <summary>The settings of <c>input</c>.</summary>
    public sealed record InputSettings
    {
        /// <summary>What to say of each param to whoever starts the workflow, by its name.</summary>
        [Description("What to say of each param to whoever starts the workflow, by its name")]
        public IReadOnlyDictionary<string, string>? Params { get; init; }
    }
}
