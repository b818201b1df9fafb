using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>scale</c>: what a node costs as executions grow and become more.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var connection = new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var plot = new Option<FileInfo?>("--plot") { Description = "Where to draw the curves, as SVG." };
        var command = new Command("scale", "Measures 10 to 10,000 nodes in an execution and 1 to 10,000 executions at once: prints JSON lines.") { connection, plot };
        command.SetAction((result, cancellationToken) => ScaleBench.RunAsync(result.GetValue(connection), result.GetValue(plot), cancellationToken));
        return command;
    }
}
