using System.CommandLine;
using WorkflowFunctions.Bench.Measuring;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>queries</c>: measures the documented queries and the lists.</summary>
internal static class QueriesCommand
{
    public static Command Create()
    {
        var times = new Option<int>("--times") { Description = "How often each query runs.", DefaultValueFactory = _ => 500 };
        var plans = new Option<bool>("--plans") { Description = "Print the plans too." };
        var command = new Command("queries", "Measures the documented queries and the lists on a filled database: prints a table.")
        {
            times, plans, BenchDatabase.Connection,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var database = await BenchDatabase.OpenAsync(result.GetRequiredValue(BenchDatabase.Connection), cancellationToken);
            await new QueryBench(database, result.GetValue(times), result.GetValue(plans)).RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
