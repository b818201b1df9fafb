using System.CommandLine;
using WorkflowFunctions.Bench.Chaos;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>chaos</c>: whether anything is lost or done twice while everything breaks.</summary>
internal static class ChaosCommand
{
    public static Command Create()
    {
        var executions = new Option<int>("--executions") { Description = "How many executions.", DefaultValueFactory = _ => 200 };
        var interval =
            new Option<double>("--interval") { Description = "Seconds between accidents at the most.", DefaultValueFactory = _ => 6 };
        var seed = new Option<int>("--seed") { Description = "Which accidents happen.", DefaultValueFactory = _ => Random.Shared.Next() };
        var command = new Command(
            "chaos", "Runs executions while the server is killed, PostgreSQL crashes, connections are cut and commits are slow.")
        {
            executions, interval, seed,
        };
        command.SetAction(
            (result, cancellationToken) =>
                new ChaosBench(
                    result.GetValue(executions), TimeSpan.FromSeconds(result.GetValue(interval)),
                    result.GetValue(seed)).RunAsync(cancellationToken));
        return command;
    }
}
