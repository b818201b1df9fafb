using System.Globalization;
using System.Net.Http.Headers;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>
/// How long another system asks to wait: <c>retry-after-ms</c> (OpenAI and Azure OpenAI) or <c>Retry-After</c> in seconds or as a date
/// (RFC 9110, section 10.2.3).
/// </summary>
internal static class RetryAfter
{
    // Far beyond any real limit, and small enough to add to a date.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (TryNumber(First(headers, "retry-after-ms"), out var milliseconds))
            return Bounded(milliseconds / 1000);
        var text = First(headers, "Retry-After");
        if (TryNumber(text, out var seconds))
            return Bounded(seconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? Bounded((until - now).TotalSeconds)
            : null;
    }

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, s_longest.TotalSeconds));

    private static bool TryNumber(string? text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
