using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Tests.Engine;

/// <summary>Fails as often as it is told to, for a reason that nobody has foreseen; or runs until it is stopped.</summary>
public sealed class FlakyNode : NodeType<FlakyNode.FlakySettings>
{
    public override string Name => "flaky";

    public override string Description => "Fails as often as it is told to.";

    protected override async Task<NodeResult> RunAsync(FlakySettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        if (settings.Endless)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        return context.Attempt <= settings.Failures
            ? throw new InvalidOperationException($"Attempt {context.Attempt} fell over.")
            : NodeResult.Completed(new { context.Attempt }, usage: new Usage(0, settings.Cost, 0));
    }

    public sealed record FlakySettings
    {
        public int Failures { get; init; }

        public bool Endless { get; init; }

        public decimal Cost { get; init; }
    }
}
