using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>mixed</c>: the samples with the offline model.</summary>
internal static class MixedCommand
{
    public static Command Create()
    {
        var connection =
            new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var executions = new Option<int>("--executions") { Description = "How many.", DefaultValueFactory = _ => 200 };
        var atOnce = new Option<int>("--at-once") { Description = "How many at once.", DefaultValueFactory = _ => 20 };
        var command = new Command("mixed", "Runs the samples in turn over HTTP, with the offline model: prints one JSON line.")
        {
            connection,
            executions,
            atOnce,
        };
        command.SetAction(
            (result, cancellationToken) =>
                MixedBench.RunAsync(result.GetValue(connection), result.GetValue(executions), result.GetValue(atOnce), cancellationToken));
        return command;
    }
}
