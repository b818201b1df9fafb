using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using WorkflowFunctions.Nodes;

namespace TeamNodes;

/// <summary><c>brand_check</c>: looks for words that the brand does not use.</summary>
public sealed class BrandCheckNode : NodeType<BrandCheckNode.BrandCheckSettings>
{
    /// <inheritdoc/>
    public override string Name => "brand_check";

    /// <inheritdoc/>
    public override string Description => "Looks for words that the brand does not use.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["text", "found"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> BranchesOf(JsonElement data) => ["clean", "flagged"];

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(BrandCheckSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var found = settings.Words.Where(word => settings.Text.Contains(word, StringComparison.OrdinalIgnoreCase)).ToList();
        return Task.FromResult(NodeResult.Completed(new { settings.Text, found }, branch: found.Count == 0 ? "clean" : "flagged"));
    }

    /// <summary>The settings of <c>brand_check</c>.</summary>
    public sealed record BrandCheckSettings
    {
        /// <summary>The text to look through.</summary>
        [Description("The text to look through")]
        public required string Text { get; init; }

        /// <summary>The words that it must not have.</summary>
        [Description("The words that it must not have"), MinLength(1)]
        public required IReadOnlyList<string> Words { get; init; }
    }
}
