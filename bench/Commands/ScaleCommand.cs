using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>scale</c>: what a node costs as executions grow and become more.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var connection =
            new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var effects = new Option<bool>("--effects")
        {
            Description = "Nodes as if they had effects: each is committed before the next one starts.",
        };
        var handlers = new Option<int>("--handlers")
        {
            Description = "Instead: how many handlers can be under way at once that take so many milliseconds.",
        };
        var filled =
            new Option<string?>("--filled") { Description = "A database to fill with up to a million executions, to measure beside them." };
        var plot = new Option<FileInfo?>("--plot") { Description = "Where to draw the curves, as SVG." };
        var command = new Command(
            "scale",
            "Measures 10 to 10,000 nodes in an execution, 1 to 10,000 executions at once, and up to 1,000,000 executions in the tables: "
                + "prints JSON lines.")
        {
            connection, effects, handlers, filled, plot,
        };
        command.SetAction((result, cancellationToken) => result.GetValue(handlers) is > 0 and var milliseconds
            ? ScaleBench.RunInFlightAsync(milliseconds, result.GetValue(connection), cancellationToken)
            : ScaleBench.RunAsync(
                result.GetValue(connection), result.GetValue(effects), result.GetValue(filled), result.GetValue(plot), cancellationToken));
        return command;
    }
}
