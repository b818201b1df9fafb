using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Local.Commands;

/// <summary><c>retention</c>: archives what has stayed long enough, shows what went, and exits.</summary>
internal static class RetentionCommand
{
    public static Command Create(Action<IServiceCollection>? configure)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would go, and change nothing." };
        var command = new Command("retention", "Archives what has stayed long enough, by the settings in the section Retention, and exits.")
        {
            dryRun, CommonOptions.Connection,
        };
        command.SetAction((result, cancellationToken) => Failures.ReportAsync(async () =>
        {
            await using var host = await LocalHost.CreateAsync(CommonOptions.Settings(result, quiet: true), configure, cancellationToken);
            var retention = host.App.Services.GetRequiredService<RetentionRunner>();
            Show(result.GetValue(dryRun) ? await retention.PreviewAsync(cancellationToken) : await retention.RunAsync(cancellationToken));
            return 0;
        }));
        return command;
    }

    private static void Show(RetentionReport report)
    {
        if (report.Tables.Count > 0)
        {
            var table = Terminal.Table("Table", "Quarter");
            table.AddColumn(new TableColumn("Rows").RightAligned());
            foreach (var line in report.Tables)
                table.AddRow(line.Table, line.Quarter, Number(line.Rows));
            AnsiConsole.Write(table);
        }

        var detached = report.AttachmentsDetached == 0
            ? ""
            : $" {Number(report.AttachmentsDetached)} attachments stay, without the execution that made them.";
        if (report.DryRun)
            AnsiConsole.MarkupLineInterpolated($"{Number(report.TotalRows)} rows would be archived; nothing was changed.{detached}");
        else
            AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {Number(report.TotalRows)} rows are archived.{detached}");
        if (report.HeldCount > 0)
            AnsiConsole.MarkupLineInterpolated($"[yellow]![/] {Number(report.HeldCount)} executions could not go:");
        foreach (var held in report.Held)
            AnsiConsole.MarkupLineInterpolated($"  {held.ExecutionId}: {held.Reason}");
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
