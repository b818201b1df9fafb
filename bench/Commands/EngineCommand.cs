using System.CommandLine;
using WorkflowFunctions.Bench.Engine;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>chain20</c>, <c>fan50</c> and so on: run a workload on the Local engine.</summary>
internal static class EngineCommand
{
    public static IEnumerable<Command> CreateAll() => Workload.All.Values.Select(Create);

    private static Command Create(Workload workload)
    {
        var connection =
            new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
        var http = new Option<bool>("--http") { Description = "Start and await executions through the API." };
        var executions = new Option<int>("--executions")
        {
            Description = "How many are counted.",
            DefaultValueFactory = _ => workload.Executions,
        };
        var effects = new Option<bool>("--effects")
        {
            Description = "Nodes as if they had effects: each is committed before the next one starts.",
        };
        var command = new Command(workload.Name, $"Measures the Local engine: {workload}. Prints one JSON line.")
        {
            connection, http, executions, effects,
        };
        command.SetAction(
            (result, cancellationToken) =>
                EngineBench.RunAsync(
                    workload with
                    {
                        Executions = result.GetValue(executions),
                        NodeType = result.GetValue(effects) ? "effect" : workload.NodeType,
                    },
                    result.GetValue(connection),
                    result.GetValue(http),
                    cancellationToken));
        return command;
    }
}
