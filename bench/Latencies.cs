namespace WorkflowFunctions.Bench;

/// <summary>How long something took, many times, in milliseconds.</summary>
internal sealed class Latencies(IEnumerable<double> milliseconds)
{
    private readonly double[] _sorted = [.. milliseconds.Order()];

    /// <summary>How many there are.</summary>
    public int Count => _sorted.Length;

    /// <summary>The one that a fraction of all are not longer than: 0.5 for the median, 1 for the longest.</summary>
    public double At(double fraction) =>
        Math.Round(_sorted[Math.Clamp((int)Math.Ceiling(_sorted.Length * fraction) - 1, 0, _sorted.Length - 1)], 2);
}
