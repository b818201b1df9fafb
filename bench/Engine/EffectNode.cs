using System.Text.Json;
using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>
/// <c>effect</c>: gives what it is told and does nothing else, as a node that is not known to be pure: each is committed before the next
/// one starts, as if it called another system.
/// </summary>
internal sealed class EffectNode : NodeType<EffectNode.EffectSettings>
{
    /// <inheritdoc/>
    public override string Name => "effect";

    /// <inheritdoc/>
    public override string Description => "Does nothing, as if it did something.";

    /// <inheritdoc/>
    protected override async Task<NodeResult> RunAsync(EffectSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        if (settings.Milliseconds > 0)
            await Task.Delay(settings.Milliseconds, cancellationToken);
        return NodeResult.Completed(settings.Fields);
    }

    /// <summary>The settings.</summary>
    internal sealed record EffectSettings
    {
        /// <summary>What it gives.</summary>
        public JsonElement Fields { get; init; }

        /// <summary>How long it waits before, as for another system.</summary>
        public int Milliseconds { get; init; }
    }
}
