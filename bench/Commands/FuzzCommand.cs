using System.CommandLine;
using WorkflowFunctions.Bench.Fuzz;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>fuzz</c>: whether anything that is sent brings the server out of step.</summary>
internal static class FuzzCommand
{
    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 5 };
        var seed = new Option<int>("--seed") { Description = "Which requests are sent.", DefaultValueFactory = _ => Random.Shared.Next() };
        var samples = new Option<string?>("--samples")
        {
            Description = "A folder with workflows to change.",
            DefaultValueFactory = _ => Directory.Exists("samples") ? "samples" : null,
        };
        var findings = new Option<string>("--findings")
        {
            Description = "A folder for requests that went wrong.",
            DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "workflow-fuzz-findings"),
        };
        var command = new Command(
            "fuzz", "Sends random and broken requests, and checks that none ends in a 5xx, none hangs, and nothing grows.")
        {
            minutes, seed, samples, findings,
        };
        command.SetAction(
            (result, cancellationToken) =>
                new FuzzBench(
                    TimeSpan.FromMinutes(result.GetValue(minutes)), result.GetValue(seed), result.GetValue(samples),
                    result.GetValue(findings)!).RunAsync(cancellationToken));
        return command;
    }
}
