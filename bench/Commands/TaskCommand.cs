using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>tasks</c>: what workers do.</summary>
internal static class TaskCommand
{
    public static Command Create()
    {
        var connection =
            new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var tasks = new Option<int>("--tasks") { Description = "How many tasks.", DefaultValueFactory = _ => 5000 };
        var workers = new Option<int>("--workers") { Description = "How many workers at once.", DefaultValueFactory = _ => 8 };
        var by = new Option<string>("--by") { Description = "How they work.", DefaultValueFactory = _ => "http" };
        by.AcceptOnlyFromAmong("http", "sql");
        var loop =
            new Option<bool>("--loop") { Description = "The tasks are the items of one loop; each is an execution of its own otherwise." };
        var command =
            new Command("tasks", "Lets workers do tasks that take no time: prints a JSON line.") { connection, tasks, workers, by, loop };
        command.SetAction((result, cancellationToken) => TaskBench.RunAsync(
            result.GetValue(tasks), result.GetValue(workers), result.GetValue(by) == "http", result.GetValue(loop),
            result.GetValue(connection), cancellationToken));
        return command;
    }
}
