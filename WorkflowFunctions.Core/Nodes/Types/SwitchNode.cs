using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>switch</c>: takes the branch that is called as the value, or <c>default</c>.</summary>
internal sealed class SwitchNode : NodeType<SwitchNode.SwitchSettings>
{
    private const string DefaultBranch = "default";

    /// <inheritdoc/>
    public override string Name => "switch";

    /// <inheritdoc/>
    public override string Description => "Takes the branch that is called as the value, or default.";

    /// <inheritdoc/>
    public override bool IsPure => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["case"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> BranchesOf(JsonElement data) => [.. Cases(data), DefaultBranch];

    /// <inheritdoc/>
    protected override IEnumerable<Problem> CheckSettings(JsonElement data)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { DefaultBranch, Frontier.ErrorBranch };
        var index = 0;
        foreach (var name in Cases(data))
        {
            if (!seen.Add(name))
                yield return new Problem(
                    $"/cases/{index}", $"The case '{name}' cannot be used.", "a name used once, other than default and error");
            index++;
        }
    }

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(SwitchSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var taken = settings.Cases.Contains(settings.Value) ? settings.Value : DefaultBranch;
        return Task.FromResult(NodeResult.Completed(new { @case = taken }, branch: taken));
    }

    private static IEnumerable<string> Cases(JsonElement data) =>
        data.TryGetProperty("cases", out var cases) && cases.ValueKind == JsonValueKind.Array
            ? cases.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)
            : [];

    /// <summary>The settings of <c>switch</c>.</summary>
    public sealed record SwitchSettings
    {
        [Description("The value to decide by")]
        public required string Value { get; init; }

        [Description("The branches, besides default"), MinLength(1)]
        public required IReadOnlyList<string> Cases { get; init; }
    }
}
