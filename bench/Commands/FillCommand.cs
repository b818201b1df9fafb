using System.CommandLine;
using WorkflowFunctions.Bench.Fill;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>fill</c>: puts a large, realistic record into a database.</summary>
internal static class FillCommand
{
    public static Command Create()
    {
        var executions = new Option<long>("--executions") { Description = "How many executions.", DefaultValueFactory = _ => 1_000_000 };
        var batch = new Option<int>("--batch") { Description = "How many of them in a transaction.", DefaultValueFactory = _ => 10_000 };
        var command = new Command(
            "fill",
            "Fills a database with executions of the last 18 months, each with about 5 jobs, 10 events, 5 tasks, a checkpoint and metrics. "
            + "Run again, it goes on where it was stopped.")
        {
            executions, batch, BenchDatabase.Connection,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var database = await BenchDatabase.OpenAsync(result.GetRequiredValue(BenchDatabase.Connection), cancellationToken);
            await new Filler(database, result.GetValue(executions), result.GetValue(batch)).RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
