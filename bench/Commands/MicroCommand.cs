using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>micro</c>: parsing, frontier and templating, by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("arguments")
        {
            Description = "Arguments of BenchmarkDotNet: --filter '*Frontier*', for example.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("micro", "Measures parsing, the frontier and templating.") { arguments };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(result =>
        {
            string[] given = [.. result.GetValue(arguments)!, .. result.UnmatchedTokens];
            // In this process: it has the settings that the server has, and nothing needs to be built.
            var config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(given.Length > 0 ? given : ["--filter", "*"], config);
        });
        return command;
    }
}
