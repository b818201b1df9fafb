using System.Globalization;

namespace WorkflowFunctions.Api.Retention;

/// <summary>How long rows stay: <c>12 months</c>, <c>30 days</c>, or <c>never</c> for those that never go.</summary>
internal readonly record struct RetentionPeriod
{
    /// <summary>A thousand years: more would leave the calendar.</summary>
    private const int MaxMonths = 12_000;

    private readonly int? _days;
    private readonly int? _months;

    private RetentionPeriod(int? days, int? months) => (_days, _months) = (days, months);

    /// <summary>Reads a period; false if the text is none, or if it is not longer than nothing.</summary>
    public static bool TryParse(string? text, out RetentionPeriod period)
    {
        period = default;
        if (text is null || text.Trim() is "never")
            return text is not null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
            return false;
        period = parts[1] switch
        {
            "day" or "days" => new(count, null),
            "month" or "months" => new(null, count),
            "year" or "years" when count <= MaxMonths / 12 => new(null, count * 12),
            _ => default,
        };
        return period is { _days: <= MaxMonths * 30 } or { _months: <= MaxMonths };
    }

    /// <summary>The time before which rows go; null if none do.</summary>
    public DateTimeOffset? CutoffAt(DateTimeOffset now) =>
        _days is { } days ? now.AddDays(-days) : _months is { } months ? now.AddMonths(-months) : null;
}
