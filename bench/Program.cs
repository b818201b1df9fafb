using System.CommandLine;
using WorkflowFunctions.Bench;

var workload = new Argument<string>("workload") { Description = "One of " + string.Join(", ", Workload.All.Keys) };
var connection = new Option<string?>("--connection") { Description = "The PostgreSQL to use; an embedded one in .data/bench by default." };
workload.AcceptOnlyFromAmong([.. Workload.All.Keys]);
var root = new RootCommand("Measures the Local engine: prints one JSON line.") { workload, connection };
root.SetAction((result, cancellationToken) =>
    EngineBench.RunAsync(Workload.All[result.GetRequiredValue(workload)], result.GetValue(connection), cancellationToken));
return await root.Parse(args).InvokeAsync();
