using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Cronos;

namespace WorkflowFunctions.Maintenance;

/// <summary>Times in UTC, as a cron expression of five fields (from minutes) or six (from seconds).</summary>
public sealed class CronSchedule
{
    private readonly CronExpression _expression;

    private CronSchedule(string text, CronExpression expression) => (Text, _expression) = (text, expression);

    /// <summary>The expression: <c>0 2 * * *</c> is 02:00 every day.</summary>
    public string Text { get; }

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static CronSchedule Parse(string text) =>
        TryParse(text, out var schedule) ? schedule : throw new FormatException($"'{text}' is not a cron expression such as '0 2 * * *'.");

    /// <summary>Reads an expression; false if it is not one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CronSchedule? schedule)
    {
        var fields = text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        var format = fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard;
        schedule = text is not null && CronExpression.TryParse(text, format, out var expression) ? new CronSchedule(text, expression) : null;
        return schedule is not null;
    }

    /// <summary>Checks a setting.</summary>
    public static ValidationResult? Validate(string? text, ValidationContext context) => TryParse(text, out _)
        ? ValidationResult.Success
        : new ValidationResult($"{context.DisplayName} must be a cron expression such as '0 2 * * *'; it is '{text}'.");

    /// <summary>The first time after another one; null if there is none.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset time) => _expression.GetNextOccurrence(time, TimeZoneInfo.Utc);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
