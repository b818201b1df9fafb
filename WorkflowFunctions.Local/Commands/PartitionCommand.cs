using System.CommandLine;
using Spectre.Console;
using WorkflowFunctions.Api.Partitions.Conversion;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Local.Commands;

/// <summary><c>partition TABLE</c>: partitions a table that exists, says before what it will do, and exits.</summary>
internal static class PartitionCommand
{
    public static Command Create(Action<IServiceCollection>? configure)
    {
        var table = new Argument<string>("table") { Description = "events, by quarter; or executions, by workspace." };
        table.AcceptOnlyFromAmong([.. PartitionConverter.Tables.Keys]);
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var abandon = new Option<bool>("--abandon") { Description = "Take back what a run has begun. The table stays as it is." };
        var command = new Command(
            "partition", "Partitions a table with the rows that it has, while it is used. It may be stopped at any time and run again.")
        {
            table, yes, abandon, CommonOptions.Connection,
        };
        command.SetAction((result, cancellationToken) => Failures.ReportAsync(async () =>
        {
            await using var host = await LocalHost.CreateAsync(CommonOptions.Settings(result, quiet: true), configure, cancellationToken);
            var converter = host.App.Services.GetRequiredService<PartitionConverter>();
            return result.GetValue(abandon)
                ? await AbandonAsync(converter, result.GetRequiredValue(table), cancellationToken)
                : await RunAsync(converter, result.GetRequiredValue(table), result.GetValue(yes), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> AbandonAsync(PartitionConverter converter, string table, CancellationToken cancellationToken)
    {
        await converter.AbandonAsync(table, cancellationToken);
        AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {PartitionConverter.Tables[table]} is as it was.");
        return 0;
    }

    private static async Task<int> RunAsync(PartitionConverter converter, string table, bool isSure, CancellationToken cancellationToken)
    {
        var plan = await converter.PlanAsync(table, cancellationToken);
        if (plan.State == ConversionState.Done)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {plan.Table} is partitioned already.");
            return 0;
        }

        Show($"What will be done with {plan.Table}:", plan.Does);
        Show("What it gives up:", plan.GivesUp);
        Show("What keeps it from being done:", plan.Obstacles);
        if (plan.Obstacles.Count > 0)
            return 2;
        if (!isSure && !await AskAsync(cancellationToken))
            return 2;
        await converter.RunAsync(table, line => AnsiConsole.MarkupLineInterpolated($"  {line}"), cancellationToken);
        AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {plan.Table} is partitioned.");
        return 0;
    }

    private static async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        if (AnsiConsole.Profile.Capabilities.Interactive)
            return await AnsiConsole.ConfirmAsync("Go on?", defaultValue: false, cancellationToken);
        AnsiConsole.WriteLine("Nothing was changed. Add --yes to do it.");
        return false;
    }

    private static void Show(string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        AnsiConsole.WriteLine(title);
        foreach (var line in lines)
            AnsiConsole.WriteLine($"  - {line}");
    }
}
