using System.CommandLine;
using System.Globalization;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Bench.Engine;
using WorkflowFunctions.Bench.Measuring;

namespace WorkflowFunctions.Bench.Commands;

/// <summary><c>retention</c>: measures retention beside running executions.</summary>
internal static class RetentionCommand
{
    public static Command Create()
    {
        var olderThan = new Option<string>("--older-than")
        {
            Description = "The age from which executions go; events and metrics go with them only. What fill makes is up to 18 months old.",
            DefaultValueFactory = _ => "15 months",
        };
        var command = new Command(
            "retention", "Archives the oldest executions of a filled database while others run: prints latencies and memory.")
        {
            olderThan, BenchDatabase.Connection,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var age = result.GetRequiredValue(olderThan);
            var settings = new Dictionary<string, string?>
            {
                ["Retention:Completed"] = age,
                ["Retention:Failed"] = age,
                ["Retention:Cancelled"] = age,
                ["Retention:Events"] = "never",
                ["Retention:Metrics"] = "never",
            };
            await BesideBench.RunAsync(
                result.GetRequiredValue(BenchDatabase.Connection), settings, engine => ArchiveAsync(engine, cancellationToken),
                cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task ArchiveAsync(BenchEngine engine, CancellationToken cancellationToken)
    {
        var report = await engine.Get<RetentionRunner>().RunAsync(cancellationToken);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{report.TotalRows:N0} rows archived, {report.HeldCount} executions held"));
        foreach (var table in report.Tables.GroupBy(line => line.Table))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {table.Key} {table.Sum(line => line.Rows):N0}"));
    }
}
