using System.CommandLine;
using WorkflowFunctions.Local.Commands;

namespace WorkflowFunctions.Local;

/// <summary>The whole program: the server and its commands. A team's own program runs it with node types of its own.</summary>
public static class LocalProgram
{
    /// <summary>Does what a command line says; without a command it serves.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes to the services: <c>services => services.AddNodeType&lt;BrandCheckNode&gt;()</c>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Action<IServiceCollection>? configure = null)
    {
        Terminal.Prepare();
        var root = new RootCommand("Runs React Flow workflows durably, recorded in PostgreSQL. Without a command it serves.");
        ServeCommand.AddTo(root, configure);
        root.Subcommands.Add(ServeCommand.Create(configure));
        root.Subcommands.Add(RunCommand.Create(configure));
        root.Subcommands.Add(TestCommand.Create(configure));
        root.Subcommands.Add(MigrateCommand.Create(configure));
        root.Subcommands.Add(RetentionCommand.Create(configure));
        root.Subcommands.Add(PartitionCommand.Create(configure));
        root.Subcommands.Add(CheckTemplatesCommand.Create(configure));
        root.Subcommands.Add(KeysCommand.Create(configure));
        root.Subcommands.Add(HealthCommand.Create());
        // How long a command may take to stop is its own affair.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });
    }
}
