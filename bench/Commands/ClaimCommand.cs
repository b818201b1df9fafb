using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>claims</c>: what it takes to claim a task, however many wait.</summary>
internal static class ClaimCommand
{
    public static Command Create()
    {
        var connection =
            new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var waiting = new Option<int[]>("--waiting")
        {
            Description = "How many tasks wait, in ascending order.",
            DefaultValueFactory = _ => [100, 1_000, 10_000, 100_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("claims", "Claims tasks while many others wait: prints a JSON line for each number of them.")
        {
            connection,
            waiting,
        };
        command.SetAction(
            (result, cancellationToken) =>
                ClaimBench.RunAsync(result.GetRequiredValue(waiting), result.GetValue(connection), cancellationToken));
        return command;
    }
}
