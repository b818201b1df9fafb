using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>
/// How a large loop is divided: into slices, some of which run at once, each with a share of what may run at once. All shares
/// together are what the loop may have, so that its bound holds over all of its items.
/// </summary>
internal sealed class Slicing
{
    private readonly Queue<ItemRange> _left;
    private readonly Queue<SliceShare> _shares;

    private Slicing(IEnumerable<ItemRange> left, IReadOnlyList<SliceShare> shares)
    {
        (_left, _shares) = (new(left), new(shares));
        Nodes = shares.Sum(share => share.Nodes);
    }

    /// <summary>The nodes that its slices may run at once, all together.</summary>
    public int Nodes { get; }

    /// <summary>Asks its slices to stop.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>Divides a loop; null if it is to be run as a whole: it is small, or no two slices of it may run at once.</summary>
    /// <param name="state">How the loop stands.</param>
    /// <param name="body">The shape of its body.</param>
    /// <param name="slices">What the engine makes of slices.</param>
    /// <param name="freeNodes">The nodes that the loop may run at once, as far as others are concerned.</param>
    public static Slicing? Of(LoopState state, Topology body, ISlices slices, int freeNodes)
    {
        if (state.Count <= slices.MaxItems)
            return null;
        var left = Divide(state.Count, slices.MaxItems)
            .Where(slice => !state.Done.Any(done => done.From <= slice.From && slice.To <= done.To))
            .ToList();
        // A nested loop runs as many nodes as it may.
        var perItem = body.Nodes.Any(node => node.Body is not null) ? freeNodes : body.Nodes.Count;
        var nodes = (int)Math.Min(freeNodes, (long)state.MaxParallel * perItem);
        var atOnce = Math.Min(Math.Min(left.Count, slices.MaxAtOnce), Math.Min(state.MaxParallel, nodes));
        return atOnce < 2 ? null : new Slicing(
            left, [.. Share(state.MaxParallel, atOnce).Zip(Share(nodes, atOnce), (items, share) => new SliceShare(items, share))]);
    }

    /// <summary>Takes the next slice and a share for it, if there is one of each.</summary>
    public bool TryTake(out ItemRange items, out SliceShare share)
    {
        share = default;
        items = default;
        return _left.Count > 0 && _shares.TryDequeue(out share) && _left.TryDequeue(out items);
    }

    /// <summary>Gives a share back, for the next slice.</summary>
    public void Return(SliceShare share) => _shares.Enqueue(share);

    private static IEnumerable<ItemRange> Divide(int count, int maxItems)
    {
        var slices = (count + maxItems - 1) / maxItems;
        return Enumerable.Range(0, slices).Select(slice => new ItemRange(
            (int)((long)count * slice / slices), (int)((long)count * (slice + 1) / slices)));
    }

    private static IEnumerable<int> Share(int whole, int parts) =>
        Enumerable.Range(0, parts).Select(part => (whole / parts) + (part < whole % parts ? 1 : 0));
}

/// <summary>What a slice may run at once.</summary>
/// <param name="Items">Items.</param>
/// <param name="Nodes">Nodes.</param>
internal readonly record struct SliceShare(int Items, int Nodes);
