using System.CommandLine;
using Spectre.Console;
using WorkflowFunctions.Api.Indexes;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Local.Commands;

/// <summary><c>migrate</c>: brings the database to the schema and exits.</summary>
internal static class MigrateCommand
{
    public static Command Create(Action<IServiceCollection>? configure)
    {
        var command = new Command("migrate", "Brings the database to the schema, and exits.") { CommonOptions.Connection };
        command.SetAction((result, cancellationToken) => Failures.ReportAsync(async () =>
        {
            await using var host = await LocalHost.CreateAsync(CommonOptions.Settings(result, quiet: true), configure, cancellationToken);
            AnsiConsole.MarkupLine("[green]✓[/] The database has the schema.");
            foreach (var index in await host.App.Services.GetRequiredService<OptionalIndexes>().BuildAsync(cancellationToken))
                AnsiConsole.MarkupLineInterpolated($"[green]✓[/] The index {index} is built.");
            return 0;
        }));
        return command;
    }
}
