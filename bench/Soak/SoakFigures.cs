using System.Collections.Concurrent;

namespace WorkflowFunctions.Bench.Soak;

/// <summary>What clients saw in a minute.</summary>
internal sealed class SoakFigures
{
    /// <summary>How long starts took, in milliseconds.</summary>
    public ConcurrentBag<double> Starts { get; } = [];

    /// <summary>How long reads took, in milliseconds.</summary>
    public ConcurrentBag<double> Reads { get; } = [];

    /// <summary>What went wrong.</summary>
    public ConcurrentBag<string> Failures { get; } = [];
}

/// <summary>A line of the report: a minute.</summary>
internal sealed record SoakMinute(
    int Minute, int Started, int Reads, int Failures, int Streams, long Unfinished, long Connections, ServerSize Size,
    double StartP50, double StartP99, double ReadP50, double ReadP99)
{
    /// <summary>The names of what <see cref="ToString"/> says.</summary>
    public const string Heading =
        "minute  started   reads  failed  streams  unfinished  connections  rss_mb  heap_mb  committed_mb  threads  handles  start_p50  start_p99  read_p50  read_p99";

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Minute,6}  {Started,7}  {Reads,6}  {Failures,6}  {Streams,7}  {Unfinished,10}  {Connections,11}  {Size.RssMb,6:0}  {Size.HeapMb,7:0.0}  {Size.CommittedMb,12:0}  {Size.Threads,7}  {Size.Handles,7}  {StartP50,9:0.0}  {StartP99,9:0.0}  {ReadP50,8:0.0}  {ReadP99,8:0.0}");
}
