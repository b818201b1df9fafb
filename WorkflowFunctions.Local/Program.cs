using System.CommandLine;
using WorkflowFunctions.Local.Commands;

var root = new RootCommand("Runs React Flow workflows durably, recorded in PostgreSQL. Without a command it serves.");
var serve = ServeCommand.Create();
root.Subcommands.Add(serve);
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(MigrateCommand.Create());
root.Action = serve.Action;
root.TreatUnmatchedTokensAsErrors = true;
return await root.Parse(args).InvokeAsync();
