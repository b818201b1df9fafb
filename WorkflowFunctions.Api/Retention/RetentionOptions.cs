using System.Globalization;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Retention;

/// <summary>
/// How long rows stay where they are used before they go to the archive: the section <c>Retention</c>. The defaults are the
/// schema document's ("Recommended TTL Strategy" and the TTL of events and metrics). A time is <c>12 months</c>,
/// <c>30 days</c> or <c>never</c>.
/// </summary>
internal sealed record RetentionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Retention";

    /// <summary>Completed executions, from their end.</summary>
    public string Completed { get; set; } = "12 months";

    /// <summary>Failed executions, from their end.</summary>
    public string Failed { get; set; } = "6 months";

    /// <summary>Cancelled executions, from their end; the document does not know them, they are kept as failed ones.</summary>
    public string Cancelled { get; set; } = "6 months";

    /// <summary>Paused executions, from their last change.</summary>
    public string Paused { get; set; } = "30 days";

    /// <summary>Pending executions, from their last change: when they were accepted, or resumed.</summary>
    public string Pending { get; set; } = "7 days";

    /// <summary>Events of executions that stay, from when they happened.</summary>
    public string Events { get; set; } = "90 days";

    /// <summary>Metrics of executions that stay, from when they were measured.</summary>
    public string Metrics { get; set; } = "12 months";

    /// <summary>A container of Azure Blob Storage for the rows to go to; without one they go to archive tables.</summary>
    public RetentionBlobOptions Blob { get; set; } = new();

    /// <summary>How many executions go in one transaction, and a tenth of how many events.</summary>
    public int BatchSize { get; set; } = 500;

    /// <summary>When retention runs, in UTC.</summary>
    public string Cron { get; set; } = "0 2 * * *";
}

/// <summary>Reports everything that is wrong with the section <c>Retention</c> at once, each with its key.</summary>
internal sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    private const int MaxBatchSize = 10_000;

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        (string Key, string Value)[] periods =
        [
            (nameof(options.Completed), options.Completed),
            (nameof(options.Failed), options.Failed),
            (nameof(options.Cancelled), options.Cancelled),
            (nameof(options.Paused), options.Paused),
            (nameof(options.Pending), options.Pending),
            (nameof(options.Events), options.Events),
            (nameof(options.Metrics), options.Metrics),
        ];
        List<string> problems = [.. periods
            .Where(period => !RetentionPeriod.TryParse(period.Value, out _))
            .Select(period => $"{RetentionOptions.Section}:{period.Key} must be a time such as '12 months' or '30 days', or 'never'; it is "
                + $"'{period.Value}'.")];
        if (options.BatchSize is < 1 or > MaxBatchSize)
            problems.Add($"{RetentionOptions.Section}:BatchSize must be from 1 to {MaxBatchSize}; it is {options.BatchSize}.");
        if (!CronSchedule.TryParse(options.Cron, out _))
            problems.Add($"{RetentionOptions.Section}:Cron must be a cron expression such as '0 2 * * *'; it is '{options.Cron}'.");
        problems.AddRange(options.Blob.Problems());
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}

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
