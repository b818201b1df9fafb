using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>batch</c>: a person's executions beside those of a long list.</summary>
internal static class BatchCommand
{
    public static Command Create()
    {
        var connection =
            new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var rows = new Option<int>("--rows") { Description = "How many rows.", DefaultValueFactory = _ => 10_000 };
        var maxParallel = new Option<int>("--max-parallel")
        {
            Description = "How many of them run at once.",
            DefaultValueFactory = _ => 10,
        };
        var command = new Command("batch", "Runs a batch and a person's executions beside it: prints latencies and memory as a JSON line.")
        {
            connection,
            rows,
            maxParallel,
        };
        command.SetAction(
            (result, cancellationToken) =>
                BatchBench.RunAsync(result.GetValue(rows), result.GetValue(maxParallel), result.GetValue(connection), cancellationToken));
        return command;
    }
}
