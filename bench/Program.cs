using System.CommandLine;
using WorkflowFunctions.Bench.Commands;
using WorkflowFunctions.Bench.Soak;

// Not a command: the program that it is has a command line of its own, which also hears of signals.
if (args is [SoakServer.Name, .. var serverArguments])
    return await SoakServer.RunAsync(serverArguments);

Command[] commands =
[
    .. EngineCommand.CreateAll(),
    MixedCommand.Create(),
    WaitCommand.Create(),
    ScaleCommand.Create(),
    ColdCommand.Create(),
    ApiCommand.Create(),
    TaskCommand.Create(),
    ClaimCommand.Create(),
    BatchCommand.Create(),
    MicroCommand.Create(),
    ChaosCommand.Create(),
    SoakCommand.Create(),
    FuzzCommand.Create(),
    FillCommand.Create(),
    QueriesCommand.Create(),
    RetentionCommand.Create(),
    PartitionCommand.Create(),
];
var root = new RootCommand("Measures the system.");
foreach (var command in commands)
    root.Subcommands.Add(command);
return await root.Parse(args).InvokeAsync();
