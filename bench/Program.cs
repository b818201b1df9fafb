using System.CommandLine;
using WorkflowFunctions.Bench.Commands;

Command[] commands =
[
    .. EngineCommand.CreateAll(), WaitCommand.Create(), ChaosCommand.Create(), FuzzCommand.Create(), FillCommand.Create(), QueriesCommand.Create(), RetentionCommand.Create(), PartitionCommand.Create(),
];
var root = new RootCommand("Measures the system.");
foreach (var command in commands)
    root.Subcommands.Add(command);
return await root.Parse(args).InvokeAsync();
