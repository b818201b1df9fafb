using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>for_each</c>: runs the nodes that are drawn in it once for each item.</summary>
internal sealed class ForEachNode : NodeType<ForEachNode.ForEachSettings>
{
    /// <summary>The number of items at the most.</summary>
    public const int MaxItems = 100_000;

    /// <summary>For how many items the body runs at once unless the node says so.</summary>
    public const int DefaultParallel = 10;

    /// <inheritdoc/>
    public override string Name => "for_each";

    /// <inheritdoc/>
    public override string Description => "Runs the nodes that are drawn in it once for each item.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["results", "count"];

    /// <inheritdoc/>
    public override bool HasBody => true;

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(ForEachSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        Task.FromResult(settings.Items.Count switch
        {
            0 => NodeResult.Completed(new { results = Array.Empty<JsonElement>(), count = 0 }),
            > MaxItems => throw new NodeFailedException(
                $"There are {settings.Items.Count} items; a for_each takes at most {MaxItems}.", isTransient: false),
            var count => NodeResult.RunBody(count, settings.MaxParallel),
        });

    /// <summary>The settings of <c>for_each</c>.</summary>
    public sealed record ForEachSettings
    {
        [Description("The items; nodes in the body read each as item, and its place, from 0, as index")]
        public required IReadOnlyList<JsonElement> Items { get; init; }

        [Description("For how many items the body runs at once"), Range(1, 1_000)]
        public int MaxParallel { get; init; } = DefaultParallel;
    }
}
