using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>delay</c>: waits for a while or until a time. The wait is in the record, not in a process.</summary>
internal sealed class DelayNode : NodeType<DelayNode.DelaySettings>
{
    /// <summary>The longest wait: ten years, in seconds.</summary>
    public const double MaxSeconds = 315_360_000;

    /// <inheritdoc/>
    public override string Name => "delay";

    /// <inheritdoc/>
    public override bool Waits => true;

    /// <inheritdoc/>
    public override string Description => "Waits for a while, or until a time.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["waited_seconds"];

    /// <inheritdoc/>
    protected override IEnumerable<Problem> CheckSettings(JsonElement data)
    {
        if (IsGiven(data, "until") == IsGiven(data, "seconds"))
            yield return new Problem(
                "/seconds", "The node has to say how long to wait.", "either seconds (a number) or until (an ISO 8601 time)");
        if (TryGetKnown(data, "until", out var until) && until.ValueKind == JsonValueKind.String && ParseTime(until.GetString()!) is null)
            yield return new Problem("/until", "The time cannot be read.", "an ISO 8601 time such as 2030-01-31T09:00:00Z");
    }

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(DelaySettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var since = context.WaitingSince ?? context.Now;
        var until = context.WaitingUntil ?? Until(settings, context.Now);
        return Task.FromResult(until > context.Now
            ? NodeResult.WaitUntil(until)
            : NodeResult.Completed(new { waited_seconds = Math.Round((context.Now - since).TotalSeconds, 3) }));
    }

    private static DateTimeOffset Until(DelaySettings settings, DateTimeOffset now)
    {
        if (settings.Seconds is { } seconds)
            return now.AddSeconds(seconds);
        return ParseTime(settings.Until ?? "")
            ?? throw new NodeFailedException(
                $"The time '{settings.Until}' cannot be read; write it as ISO 8601, such as 2030-01-31T09:00:00Z.", isTransient: false);
    }

    private static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The settings of <c>delay</c>: one of the two.</summary>
    public sealed record DelaySettings
    {
        [Description("How long to wait, in seconds"), Range(0d, MaxSeconds)]
        public double? Seconds { get; init; }

        [Description("Until when to wait: ISO 8601, UTC unless it names an offset")]
        public string? Until { get; init; }
    }
}
