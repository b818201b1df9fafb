using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Cronos;

namespace WorkflowFunctions.Api.Recurring;

/// <summary>
/// Times, as a cron expression of five fields (from minutes) or six (from seconds), read in a time zone; UTC unless one is named. Where
/// clocks go forward, a time that is left out comes at the end of the gap. Where they go back, a time that is named comes once, and one of
/// an interval (<c>*/30</c>) as often as the interval passes. If both the day of the month and the day of the week are given, both have to
/// fit:
/// <c>0 9 13 * FRI</c> is Friday the 13th, and not, as in crontab, every Friday and every 13th.
/// </summary>
public sealed class CronSchedule
{
    private const int MaxLength = 200;

    /// <summary>How far back the latest times are looked for at first.</summary>
    private static readonly TimeSpan s_firstLook = TimeSpan.FromMinutes(1);

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(string text, CronExpression expression, TimeZoneInfo zone) =>
        (Text, _expression, _zone) = (text, expression, zone);

    /// <summary>The expression: <c>0 2 * * *</c> is 02:00 every day.</summary>
    public string Text { get; }

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static CronSchedule Parse(string text) =>
        TryParse(text, out var schedule) ? schedule : throw new FormatException($"'{text}' is not a cron expression such as '0 2 * * *'.");

    /// <summary>Reads an expression in UTC; false if it is not one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CronSchedule? schedule) =>
        TryParse(text, TimeZoneInfo.Utc, out schedule);

    /// <summary>Reads an expression in a time zone; false if it is not one.</summary>
    public static bool TryParse(string? text, TimeZoneInfo zone, [NotNullWhen(true)] out CronSchedule? schedule)
    {
        schedule = null;
        if (text is null or { Length: > MaxLength })
            return false;
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (CronExpression.TryParse(text, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard, out var expression))
            schedule = new CronSchedule(text, expression, zone);
        return schedule is not null;
    }

    /// <summary>Checks a setting.</summary>
    public static ValidationResult? Validate(string? text, ValidationContext context) => TryParse(text, out _)
        ? ValidationResult.Success
        : new ValidationResult($"{context.DisplayName} must be a cron expression such as '0 2 * * *'; it is '{text}'.");

    /// <summary>The first time after another one, in UTC; null if there is none.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset time) => _expression.GetNextOccurrence(time, _zone)?.ToUniversalTime();

    /// <summary>All times after another one, in UTC.</summary>
    public IEnumerable<DateTimeOffset> After(DateTimeOffset time)
    {
        for (var next = NextAfter(time); next is { } found; next = NextAfter(found))
            yield return found;
    }

    /// <summary>The latest times of a span, in UTC, in their order.</summary>
    /// <param name="count">How many at the most.</param>
    /// <param name="after">The beginning of the span; itself not in it.</param>
    /// <param name="upTo">The end of the span; itself in it.</param>
    public IReadOnlyList<DateTimeOffset> Latest(int count, DateTimeOffset after, DateTimeOffset upTo)
    {
        // Forwards, and over no more of the span than needed: it may be years.
        for (var look = s_firstLook; ; look *= 4)
        {
            var isWhole = upTo - after <= look;
            var times = _expression
                .GetOccurrences(isWhole ? after : upTo - look, upTo, _zone, fromInclusive: false, toInclusive: true)
                .TakeLast(count)
                .Select(time => time.ToUniversalTime())
                .ToList();
            if (isWhole || times.Count == count)
                return times;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
