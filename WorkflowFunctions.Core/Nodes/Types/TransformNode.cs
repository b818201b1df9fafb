using System.ComponentModel;
using System.Text.Json;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>transform</c>: builds an object or a text out of other values.</summary>
internal sealed class TransformNode : NodeType<TransformNode.TransformSettings>
{
    /// <inheritdoc/>
    public override string Name => "transform";

    /// <inheritdoc/>
    public override string Description => "Builds an object or a text out of params and earlier outputs.";

    /// <inheritdoc/>
    public override bool IsPure => true;

    /// <inheritdoc/>
    protected override IEnumerable<Problem> CheckSettings(JsonElement data)
    {
        if (IsGiven(data, "fields") == IsGiven(data, "template"))
            yield return new Problem("/fields", "The node has to say what to build.", "either fields (an object) or template (a text)");
        if (TryGetKnown(data, "fields", out var fields) && fields.ValueKind != JsonValueKind.Object)
            yield return new Problem("/fields", "The fields are not an object.", "an object of templates");
    }

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(TransformSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        Task.FromResult(settings.Fields is { } fields
            ? NodeResult.Completed(fields)
            : NodeResult.Completed(new { text = settings.Template }));

    /// <summary>The settings of <c>transform</c>: one of the two.</summary>
    public sealed record TransformSettings
    {
        [Description("The object to output, nested as needed, with templates for values")]
        public JsonElement? Fields { get; init; }

        [Description("The text to output, as text"), Format(FormatAttribute.Multiline)]
        public string? Template { get; init; }
    }
}
