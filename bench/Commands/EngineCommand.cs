using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>engine WORKLOAD</c>: runs a workload on the Local engine.</summary>
internal static class EngineCommand
{
    public static Command Create()
    {
        var workload = new Argument<string>("workload") { Description = "One of " + string.Join(", ", Workload.All.Keys) };
        workload.AcceptOnlyFromAmong([.. Workload.All.Keys]);
        var connection = new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var command = new Command("engine", "Measures the Local engine: prints one JSON line.") { workload, connection };
        command.SetAction((result, cancellationToken) =>
            EngineBench.RunAsync(Workload.All[result.GetRequiredValue(workload)], result.GetValue(connection), cancellationToken));
        return command;
    }
}
