using System.CommandLine;
using WorkflowFunctions.Local.Commands;

var root = new RootCommand("Runs React Flow workflows durably, recorded in PostgreSQL. Without a command it serves.");
ServeCommand.AddTo(root);
root.Subcommands.Add(ServeCommand.Create());
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(MigrateCommand.Create());
root.Subcommands.Add(RetentionCommand.Create());
root.Subcommands.Add(PartitionCommand.Create());
return await root.Parse(args).InvokeAsync();
