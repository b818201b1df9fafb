using System.Threading.Channels;
using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Tests.Orchestration;

/// <summary>Counts how often it is run, and ends when the test says so.</summary>
public sealed class GatedNode : NodeType<GatedNode.GatedSettings>
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<int> _entered = Channel.CreateUnbounded<int>();
    private int _runs;

    public override string Name => "gated";

    public override string Description => "Ends when the test says so.";

    /// <summary>How often it was run.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Lets every run end, now and later.</summary>
    public void Open() => _open.TrySetResult();

    /// <summary>Completes when it has been entered once more.</summary>
    public async Task EnteredAsync() => await _entered.Reader.ReadAsync(TestContext.Current.CancellationToken);

    protected override async Task<NodeResult> RunAsync(GatedSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        _entered.Writer.TryWrite(Interlocked.Increment(ref _runs));
        await _open.Task.WaitAsync(cancellationToken);
        return NodeResult.Completed(new { says = settings.Says });
    }

    public sealed record GatedSettings
    {
        public string? Says { get; init; }
    }
}
