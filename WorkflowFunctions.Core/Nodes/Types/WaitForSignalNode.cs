using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>wait_for_signal</c>: waits for another program to send a signal, and outputs what it sent.</summary>
internal sealed class WaitForSignalNode : NodeType<WaitForSignalNode.WaitForSignalSettings>
{
    /// <inheritdoc/>
    public override string Name => "wait_for_signal";

    /// <inheritdoc/>
    public override bool Waits => true;

    /// <inheritdoc/>
    public override string Description => "Waits for a signal and outputs its payload.";

    /// <inheritdoc/>
    protected override bool KeepsSettings => true;

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(WaitForSignalSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        if (context.Signal is { } payload)
            return Task.FromResult(NodeResult.Completed(payload));
        if (context.WaitingSince is null)
        {
            var until = settings.TimeoutSeconds is { } seconds ? context.Now.AddSeconds(seconds) : (DateTimeOffset?)null;
            return Task.FromResult(NodeResult.WaitForSignal(settings.Signal, until));
        }

        return Task.FromResult(
            context.WaitingUntil is { } over && over <= context.Now
                ? throw new NodeFailedException(
                    $"The signal '{settings.Signal}' did not come within {settings.TimeoutSeconds:0.###} seconds (timeout_seconds).",
                    isTransient: false)
                : NodeResult.WaitForSignal(settings.Signal, context.WaitingUntil));
    }

    /// <summary>The settings of <c>wait_for_signal</c>.</summary>
    public sealed record WaitForSignalSettings
    {
        /// <summary>The name of the signal.</summary>
        [Description("The name of the signal: POST /api/executions/{id}/signals/{name} sends it"), MinLength(1)]
        public required string Signal { get; init; }

        /// <summary>How long to wait, in seconds; without it, as long as it takes.</summary>
        [Description("How long to wait, in seconds; as long as it takes unless given"), Range(0.001, DelayNode.MaxSeconds)]
        public double? TimeoutSeconds { get; init; }
    }
}
