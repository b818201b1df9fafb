using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>sub_workflow</c>: runs another workflow as an execution of its own and waits for it.</summary>
internal sealed class SubWorkflowNode : NodeType<SubWorkflowNode.SubWorkflowSettings>
{
    /// <summary>What the name of the signal begins with that an execution sends to its parent when it ends.</summary>
    public const string SignalPrefix = "execution:";

    /// <inheritdoc/>
    public override string Name => "sub_workflow";

    /// <inheritdoc/>
    public override bool Waits => true;

    /// <inheritdoc/>
    public override string Description => "Runs another workflow and waits for its outputs.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["execution_id", "outputs"];

    /// <inheritdoc/>
    protected override bool KeepsSettings => true;

    /// <inheritdoc/>
    protected override async Task<NodeResult> RunAsync(
        SubWorkflowSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var parameters = JsonSerializer.SerializeToElement(settings.Params ?? new Dictionary<string, JsonElement>());
        var childId = await context.Children.StartAsync(context, settings.TemplateId, settings.Version, parameters, cancellationToken);
        if (context.Signal is null)
            return NodeResult.WaitForSignal(SignalPrefix + childId);
        var child = await context.Children.ReadAsync(childId, cancellationToken);
        return child.Status == "completed"
            ? NodeResult.Completed(new { execution_id = childId, outputs = child.Outputs })
            : throw new NodeFailedException(
                $"The execution '{childId}' {Verb(child.Status)}: {Sentence(child.Error ?? "no reason was given")}", isTransient: false);
    }

    private static string Verb(string status) => status == "cancelled" ? "was cancelled" : status;

    // The error of the child may end with a point, and does where it comes from a child of its own.
    private static string Sentence(string text) => text is [.., '.' or '!' or '?'] ? text : text + ".";

    /// <summary>The settings of <c>sub_workflow</c>.</summary>
    public sealed record SubWorkflowSettings
    {
        /// <summary>The template to run.</summary>
        [Description("The id of the template to run"), MinLength(1)]
        public required string TemplateId { get; init; }

        /// <summary>The version of the template to run.</summary>
        [Description("The version of the template to run; the published one, or what was saved last, unless given")]
        public string? Version { get; init; }

        /// <summary>The params, over the template's defaults.</summary>
        [Description("The params of the other workflow, over its defaults")]
        public IReadOnlyDictionary<string, JsonElement>? Params { get; init; }
    }
}
