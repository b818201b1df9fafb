using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>approval</c>: waits for a person to approve or to reject. The answer is a signal that is called as the node.</summary>
internal sealed class ApprovalNode : NodeType<ApprovalNode.ApprovalSettings>
{
    /// <summary>The name of the node type.</summary>
    public const string TypeName = "approval";

    private static readonly string[] s_decisions = ["approved", "rejected"];

    /// <inheritdoc/>
    public override string Name => TypeName;

    /// <inheritdoc/>
    public override bool Waits => true;

    /// <inheritdoc/>
    public override string Description => "Waits for a person to approve or to reject.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["decision", "comment", "decided_by"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> BranchesOf(JsonElement data) => s_decisions;

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(ApprovalSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        if (context.Signal is { } answer)
            return Task.FromResult(Decide(Answer.Read(answer)));
        var until = context.WaitingSince is null
            ? settings.TimeoutSeconds is { } seconds ? context.Now.AddSeconds(seconds) : (DateTimeOffset?)null
            : context.WaitingUntil;
        return Task.FromResult(until > context.Now || until is null
            ? NodeResult.WaitForSignal(context.NodeId, until)
            : settings.OnTimeout switch
            {
                TimeoutDecision.Approved => Decide(new Answer("approved", "Nobody answered in time.", null)),
                TimeoutDecision.Rejected => Decide(new Answer("rejected", "Nobody answered in time.", null)),
                _ => throw new NodeFailedException($"Nobody answered within {settings.TimeoutSeconds:0.###} seconds (timeout_seconds).", isTransient: false),
            });
    }

    private static NodeResult Decide(Answer answer) => NodeResult.Completed(
        new { decision = answer.Decision, comment = answer.Comment, decided_by = answer.DecidedBy }, branch: answer.Decision);

    /// <summary>What a person answers.</summary>
    /// <param name="Decision"><c>approved</c> or <c>rejected</c>.</param>
    /// <param name="Comment">Why.</param>
    /// <param name="DecidedBy">Who.</param>
    public sealed record Answer(string Decision, string? Comment, string? DecidedBy)
    {
        /// <summary>Whether a decision is one that there is.</summary>
        public static bool IsDecision(string? decision) => s_decisions.Contains(decision);

        internal static Answer Read(JsonElement payload)
        {
            var decision = Text(payload, "decision");
            return IsDecision(decision)
                ? new Answer(decision!, Text(payload, "comment"), Text(payload, "decided_by"))
                : throw new NodeFailedException("The answer has no decision; it has to be approved or rejected.", isTransient: false);
        }

        private static string? Text(JsonElement payload, string name) =>
            payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
    }

    /// <summary>What happens when nobody answers in time.</summary>
    public enum TimeoutDecision
    {
        /// <summary>The node fails.</summary>
        Fail,

        /// <summary>As if it had been approved.</summary>
        Approved,

        /// <summary>As if it had been rejected.</summary>
        Rejected,
    }

    /// <summary>The settings of <c>approval</c>.</summary>
    public sealed record ApprovalSettings
    {
        [Description("What is to be approved, for the person who is asked")]
        public string? Message { get; init; }

        /// <summary>How long to wait for an answer, in seconds; without it, as long as it takes.</summary>
        [Description("How long to wait for an answer, in seconds; as long as it takes unless given"), Range(0.001, DelayNode.MaxSeconds)]
        public double? TimeoutSeconds { get; init; }

        [Description("What happens when nobody answers in time")]
        public TimeoutDecision OnTimeout { get; init; }
    }
}
