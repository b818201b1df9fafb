using System.CommandLine;
using WorkflowFunctions.Bench.Soak;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>soak</c>: whether a server that works for a long time stays as it was; and <c>soak-server</c>, the server that it starts.</summary>
internal static class SoakCommand
{
    public static IEnumerable<Command> CreateAll()
    {
        var minutes = new Option<int>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 30 };
        var rate = new Option<double>("--rate") { Description = "Executions that are started each second.", DefaultValueFactory = _ => 4 };
        var soak = new Command("soak", "Loads a server with everything at once for a long time, and shows what grows.") { minutes, rate };
        soak.SetAction((result, cancellationToken) => new SoakBench(result.GetValue(minutes), result.GetValue(rate)).RunAsync(cancellationToken));
        yield return soak;

        var arguments = new Argument<string[]>("arguments") { Description = "What the server's own command line takes." };
        var server = new Command(SoakServer.Name, "The server, which says each minute how large it is.") { arguments };
        server.Hidden = true;
        server.SetAction((result, _) => SoakServer.RunAsync(result.GetValue(arguments) ?? []));
        yield return server;
    }
}
