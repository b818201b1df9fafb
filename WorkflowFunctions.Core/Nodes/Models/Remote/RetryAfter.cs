using System.ClientModel.Primitives;
using System.Globalization;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>
/// How long an endpoint asks to wait: <c>retry-after-ms</c> (OpenAI and Azure OpenAI) or <c>Retry-After</c> in seconds or as a date
/// (RFC 9110, section 10.2.3).
/// </summary>
internal static class RetryAfter
{
    // Far beyond any real limit, and small enough to add to a date.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public static TimeSpan? Read(PipelineResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.TryGetValue("retry-after-ms", out var text) && TryNumber(text, out var milliseconds))
            return Bounded(milliseconds / 1000);
        if (!headers.TryGetValue("Retry-After", out text))
            return null;
        if (TryNumber(text, out var seconds))
            return Bounded(seconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? Bounded((until - now).TotalSeconds)
            : null;
    }

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    private static bool TryNumber(string? text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
