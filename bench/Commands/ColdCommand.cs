using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>cold</c>: from nothing to the first node.</summary>
internal static class ColdCommand
{
    public static Command Create()
    {
        var times = new Option<int>("--times") { Description = "How often.", DefaultValueFactory = _ => 5 };
        var command = new Command(
            "cold", "Starts a server process and an execution: prints the time to the first answer and to the first node.")
        {
            times, BenchDatabase.Connection,
        };
        command.SetAction((result, cancellationToken) =>
            ColdBench.RunAsync(result.GetRequiredValue(BenchDatabase.Connection), result.GetValue(times), cancellationToken));
        return command;
    }
}
