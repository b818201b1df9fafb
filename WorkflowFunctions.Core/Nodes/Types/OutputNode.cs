using System.ComponentModel;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>output</c>: where a workflow ends; outputs <c>data.value</c>, or what comes in if there is none.</summary>
internal sealed class OutputNode : NodeType<OutputNode.OutputSettings>
{
    /// <inheritdoc/>
    public override string Name => "output";

    /// <inheritdoc/>
    public override string Description => "Where a workflow ends: outputs a value, or what comes in.";

    /// <inheritdoc/>
    public override bool IsPure => true;

    /// <inheritdoc/>
    protected internal override bool ReadsIncoming(JsonElement data) => !IsGiven(data, "value");

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(OutputSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        Task.FromResult(NodeResult.Completed(settings.Value ?? context.PassThrough));

    /// <summary>The settings of <c>output</c>.</summary>
    public sealed record OutputSettings
    {
        /// <summary>The output: any JSON with templates in it.</summary>
        [Description("The output: any JSON with templates in it; what comes in, by default")]
        public JsonElement? Value { get; init; }
    }
}
