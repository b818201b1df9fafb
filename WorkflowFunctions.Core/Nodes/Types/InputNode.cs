using System.ComponentModel;
using System.Text.Json;

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
        /// <summary>
        /// What to say of each param to people who start the workflow: texts by their names. Nothing else is refused, as drawings of other
        /// programs may have something of their own there.
        /// </summary>
        [Description("What to say of each param to people who start the workflow: an object of texts, by their names")]
        public JsonElement? Params { get; init; }
    }
}
