using System.Diagnostics;
using System.Text.Json;

namespace WorkflowFunctions.Bench.Soak;

/// <summary>How large the server is.</summary>
/// <param name="RssMb">The memory that it occupies.</param>
/// <param name="HeapMb">What is alive in its heap, after a collection.</param>
/// <param name="CommittedMb">What the collector has taken for the heap.</param>
/// <param name="Threads">The threads of the process.</param>
/// <param name="Handles">Its open files and sockets.</param>
internal sealed record ServerSize(double RssMb, double HeapMb, double CommittedMb, int Threads, int Handles)
{
    private const double Mb = 1024 * 1024;

    /// <summary>What a line with sizes begins with, among the lines that the server prints.</summary>
    public const string Mark = "size ";

    /// <summary>The size of this process.</summary>
    public static ServerSize Measure()
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return new ServerSize(
            Round(process.WorkingSet64), Round(heap), Round(GC.GetGCMemoryInfo().TotalCommittedBytes), process.Threads.Count,
            Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : process.HandleCount);
    }

    /// <summary>Reads a line; null if it tells of something else.</summary>
    public static ServerSize? Read(string? line) =>
        line?.StartsWith(Mark, StringComparison.Ordinal) is true ? JsonSerializer.Deserialize<ServerSize>(line[Mark.Length..]) : null;

    private static double Round(long bytes) => Math.Round(bytes / Mb, 1);
}
