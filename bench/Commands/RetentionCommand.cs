using System.CommandLine;
using WorkflowFunctions.Bench.Measuring;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>retention</c>: measures retention beside running executions.</summary>
internal static class RetentionCommand
{
    public static Command Create()
    {
        var olderThan = new Option<string>("--older-than")
        {
            Description = "The age from which executions go. What fill makes is up to 18 months old.",
            DefaultValueFactory = _ => "15 months",
        };
        var command = new Command("retention", "Archives the oldest executions of a filled database while others run: prints latencies and memory.")
        {
            olderThan, BenchDatabase.Connection,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            await RetentionBench.RunAsync(result.GetRequiredValue(BenchDatabase.Connection), result.GetRequiredValue(olderThan), cancellationToken);
            return 0;
        });
        return command;
    }
}
