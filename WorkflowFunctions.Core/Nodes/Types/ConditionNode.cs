using System.ComponentModel;
using System.Text.Json;
using WorkflowFunctions.Nodes.Settings;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>condition</c>: takes the branch <c>true</c> or <c>false</c>.</summary>
internal sealed class ConditionNode : NodeType<ConditionNode.ConditionSettings>
{
    private static readonly string[] s_branches = ["true", "false"];

    /// <inheritdoc/>
    public override string Name => "condition";

    /// <inheritdoc/>
    public override string Description => "Takes one of two branches.";

    /// <inheritdoc/>
    public override bool IsPure => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["result"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> BranchesOf(JsonElement data) => s_branches;

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(ConditionSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        Task.FromResult(NodeResult.Completed(new { result = settings.If }, branch: settings.If ? "true" : "false"));

    /// <summary>The settings of <c>condition</c>.</summary>
    public sealed record ConditionSettings
    {
        /// <summary>The condition, evaluated.</summary>
        [Description("A Liquid condition: params.score > 0.5 and params.lang == \"en\""), Format(FormatAttribute.LiquidCondition)]
        public required bool If { get; init; }
    }
}
