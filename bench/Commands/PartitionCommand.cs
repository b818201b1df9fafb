using System.CommandLine;
using WorkflowFunctions.Api.Partitions.Conversion;
using WorkflowFunctions.Bench.Measuring;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>partition</c>: measures the partitioning of a filled table beside running executions.</summary>
internal static class PartitionCommand
{
    public static Command Create()
    {
        var table = new Argument<string>("table") { Description = "One of " + string.Join(", ", PartitionConverter.Tables.Keys) };
        table.AcceptOnlyFromAmong([.. PartitionConverter.Tables.Keys]);
        var command = new Command("partition", "Partitions a table of a filled database while executions run: prints latencies and memory.")
        {
            table, BenchDatabase.Connection,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            await BesideBench.RunAsync(
                result.GetRequiredValue(BenchDatabase.Connection),
                new Dictionary<string, string?>(),
                engine => engine.Get<PartitionConverter>().RunAsync(result.GetRequiredValue(table), Console.WriteLine, cancellationToken),
                cancellationToken);
            return 0;
        });
        return command;
    }
}
