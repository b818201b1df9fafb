using System.ComponentModel;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>fail</c>: fails with a message of the author's.</summary>
internal sealed class FailNode : NodeType<FailNode.FailSettings>
{
    /// <inheritdoc/>
    public override string Name => "fail";

    /// <inheritdoc/>
    public override string Description => "Fails with a message.";

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(FailSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        throw new NodeFailedException(settings.Message, isTransient: false);

    /// <summary>The settings of <c>fail</c>.</summary>
    public sealed record FailSettings
    {
        [Description("The error message")]
        public required string Message { get; init; }
    }
}
