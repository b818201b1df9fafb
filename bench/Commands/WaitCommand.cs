using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>wait10k</c>: executions that wait for an approval.</summary>
internal static class WaitCommand
{
    public static Command Create()
    {
        var executions = new Option<int>("--executions") { Description = "How many.", DefaultValueFactory = _ => 10_000 };
        var connection = new Option<string?>("--connection")
        {
            Description = "The PostgreSQL to use; an embedded one in .data/bench by default.",
        };
        var command = new Command("wait10k", "Lets executions wait for an approval, answers them all: prints memory, idle cost and times.")
        {
            executions,
            connection,
        };
        command.SetAction(
            (result, cancellationToken) => WaitBench.RunAsync(result.GetValue(executions), result.GetValue(connection), cancellationToken));
        return command;
    }
}
