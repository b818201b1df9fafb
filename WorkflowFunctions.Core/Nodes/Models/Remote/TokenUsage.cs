using System.Globalization;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>
/// The tokens that an answer says it took. Endpoints leave counts out, write them as floats or texts, or give the total alone.
/// </summary>
/// <param name="Input">Tokens read; null where it does not say.</param>
/// <param name="Output">Tokens written; null where it does not say.</param>
/// <param name="Total">Both; null where it does not say.</param>
internal readonly record struct TokenUsage(long? Input, long? Output, long? Total)
{
    /// <summary>More is a mistake, and would not fit into the record as a cost.</summary>
    private const double Most = 10_000_000;

    public static TokenUsage Read(JsonElement answer)
    {
        var usage = answer.Member("usage");
        return new(
            Count(usage.Member("prompt_tokens")) ?? Count(usage.Member("input_tokens")),
            Count(usage.Member("completion_tokens")) ?? Count(usage.Member("output_tokens")),
            Count(usage.Member("total_tokens")));
    }

    /// <summary>What is not said follows from the total, or else from estimates.</summary>
    public (long Input, long Output) Completed(long input, long output) => this switch
    {
        ({ } read, { } written, _) => (read, written),
        ({ } read, null, { } total) => (read, Math.Max(0, total - read)),
        (null, { } written, { } total) => (Math.Max(0, total - written), written),
        (null, null, { } total) => (Math.Min(total, input), total - Math.Min(total, input)),
        _ => (Input ?? input, Output ?? output),
    };

    private static long? Count(JsonElement value) =>
        double.TryParse(value.NonEmptyText() ?? value.NumberText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var count)
        && count is >= 0 and <= Most
            ? (long)count
            : null;
}
