using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Retention;

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
            .Select(period => $"{RetentionOptions.Section}:{period.Key} must be a time such as '12 months' or '30 days', or 'never'; it is '{period.Value}'.")];
        if (options.BatchSize is < 1 or > MaxBatchSize)
            problems.Add($"{RetentionOptions.Section}:BatchSize must be from 1 to {MaxBatchSize}; it is {options.BatchSize}.");
        if (!CronSchedule.TryParse(options.Cron, out _))
            problems.Add($"{RetentionOptions.Section}:Cron must be a cron expression such as '0 2 * * *'; it is '{options.Cron}'.");
        problems.AddRange(options.Blob.Problems());
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
