using System.Text.Json;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>
/// <c>approval</c>: asks people for a decision, and for the values of a form. That they have decided is a signal that is called as the
/// node; its payload is the node's output.
/// </summary>
internal sealed class ApprovalNode : NodeType<ApprovalSettings>
{
    /// <summary>The name of the node type.</summary>
    public const string TypeName = "approval";

    /// <inheritdoc/>
    public override string Name => TypeName;

    /// <inheritdoc/>
    public override bool Waits => true;

    /// <inheritdoc/>
    public override string Description => "Asks people to decide, and to fill in a form.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["decision", "values", "comment", "decided_by", "answers"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> BranchesOf(JsonElement data) => ApprovalSettings.ChoicesOf(data);

    /// <inheritdoc/>
    protected override IEnumerable<Problem> CheckSettings(JsonElement data)
    {
        var choices = ApprovalSettings.ChoicesOf(data);
        for (var index = 0; IsGiven(data, "choices") && index < choices.Count; index++)
        {
            var choice = choices[index];
            if (choice is "" or Frontier.ErrorBranch or ApprovalSettings.Fail || LiquidTemplate.IsTemplate(choice)
                || choices.Take(index).Contains(choice))
            {
                yield return new Problem(
                    $"/choices/{index}", $"The choice '{choice}' cannot be used.",
                    "a name used once, other than error and fail, that is no template");
            }
        }

        if (TryGetKnown(data, "on_timeout", out var onTimeout) && onTimeout.ValueKind == JsonValueKind.String
            && onTimeout.GetString() is not ApprovalSettings.Fail && !choices.Contains(onTimeout.GetString()!))
        {
            yield return new Problem(
                "/on_timeout",
                $"'{onTimeout.GetString()}' is not what can be decided.",
                $"one of {string.Join(", ", choices)}, or {ApprovalSettings.Fail}");
        }

        var isFormKnown = TryGetKnown(data, "form", out var form) && !LiquidTemplate.IsTemplate(form.GetRawText());
        if (isFormKnown && ApprovalSettings.ProblemOf(form) is { } problem)
            yield return new Problem("/form", problem, "a JSON Schema of an object");
        if (IsGiven(data, "escalate_to") && !IsGiven(data, "remind_after_seconds"))
        {
            yield return new Problem(
                "/remind_after_seconds", "It is not said when the question goes on to others (escalate_to).", "a number of seconds");
        }
    }

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(ApprovalSettings settings, NodeContext context, CancellationToken cancellationToken) =>
        Task.FromResult(context.Signal is { } outcome ? Decide(settings, outcome) : Wait(settings, context));

    private static NodeResult Wait(ApprovalSettings settings, NodeContext context)
    {
        var since = context.WaitingSince ?? context.Now;
        var end = settings.TimeoutSeconds is { } timeout ? NodePolicy.After(since, timeout) : (DateTimeOffset?)null;
        if (context.WaitingSince is null)
        {
            if (settings.Form is { } form && ApprovalSettings.ProblemOf(form) is { } problem)
                throw new NodeFailedException(problem, isTransient: false);
            var first = settings.RemindAfterSeconds is { } seconds && NodePolicy.After(since, seconds) is var at && !(at >= end) ? at : end;
            return NodeResult.WaitForAnswer(context.NodeId, first, AskedEvent.Opened);
        }

        if (end <= context.Now)
        {
            if (settings.OnTimeout == ApprovalSettings.Fail)
            {
                throw new NodeFailedException(
                    $"Nobody answered within {settings.TimeoutSeconds:0.###} seconds (timeout_seconds).", isTransient: false);
            }

            var outcome = new ApprovalOutcome(settings.OnTimeout, null, "Nobody answered in time.", null, []);
            return Decide(settings, JsonSerializer.SerializeToElement(outcome, SettingsSchema.Json));
        }

        // The time that it waited for is over, and is not the last one: it was the reminder's.
        return context.WaitingUntil <= context.Now
            ? NodeResult.WaitForAnswer(context.NodeId, end, AskedEvent.Reminded)
            : NodeResult.WaitForSignal(context.NodeId, context.WaitingUntil);
    }

    private static NodeResult Decide(ApprovalSettings settings, JsonElement outcome)
    {
        var given = outcome.ValueKind == JsonValueKind.Object && outcome.TryGetProperty("decision", out var member) ? member : default;
        return given.ValueKind == JsonValueKind.String && settings.Decisions.Contains(given.GetString()!)
            ? NodeResult.Completed(outcome, branch: given.GetString())
            : throw new NodeFailedException(
                $"The answer has no decision; it has to be one of {string.Join(", ", settings.Decisions)}.", isTransient: false);
    }
}
