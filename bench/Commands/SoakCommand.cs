using System.CommandLine;
using WorkflowFunctions.Bench.Soak;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>soak</c>: whether a server that works for a long time stays as it was.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var minutes = new Option<int>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 30 };
        var rate = new Option<double>("--rate") { Description = "Executions that are started each second.", DefaultValueFactory = _ => 4 };
        var soak = new Command("soak", "Loads a server with everything at once for a long time, and shows what grows.") { minutes, rate };
        soak.SetAction(
            (result, cancellationToken) => new SoakBench(result.GetValue(minutes), result.GetValue(rate)).RunAsync(cancellationToken));
        return soak;
    }
}
