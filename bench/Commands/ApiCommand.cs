using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>api</c>: reads while executions run.</summary>
internal static class ApiCommand
{
    public static Command Create()
    {
        var connection =
            new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var seconds = new Option<int>("--seconds") { Description = "How long.", DefaultValueFactory = _ => 20 };
        var readers = new Option<int>("--readers") { Description = "How many read at once.", DefaultValueFactory = _ => 8 };
        var command = new Command("api", "Reads through the API while diamonds run, ten at once: prints a JSON line for each address.")
        {
            connection,
            seconds,
            readers,
        };
        command.SetAction(
            (result, cancellationToken) =>
                ApiBench.RunAsync(
                    result.GetValue(connection), TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(readers),
                    cancellationToken));
        return command;
    }
}
