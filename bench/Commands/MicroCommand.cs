using System.CommandLine;
using BenchmarkDotNet.Running;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>micro</c>: parsing, frontier and templating, by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("arguments") { Description = "Arguments of BenchmarkDotNet: --filter '*Frontier*', for example.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("micro", "Measures parsing, the frontier and templating.") { arguments };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(result =>
        {
            string[] given = [.. result.GetValue(arguments)!, .. result.UnmatchedTokens];
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(given.Length > 0 ? given : ["--filter", "*"]);
        });
        return command;
    }
}
