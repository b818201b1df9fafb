using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using WorkflowFunctions.Api.Templates;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Local.Commands;

/// <summary><c>check-templates</c>: names the stored templates that are refused or render otherwise than they did.</summary>
internal static class CheckTemplatesCommand
{
    public static Command Create(Action<IServiceCollection>? configure)
    {
        var command = new Command(
            "check-templates",
            "Names the stored templates that are refused, or render otherwise than recorded; exits with 1 if there are any.")
        {
            CommonOptions.Connection,
        };
        command.SetAction((result, cancellationToken) => Failures.ReportAsync(async () =>
        {
            await using var host = await LocalHost.CreateAsync(CommonOptions.Settings(result, quiet: true), configure, cancellationToken);
            var check = host.App.Services.GetRequiredService<RenderingCheck>();
            // Lines for people and for grep: they are not broken at the width of a screen.
            var output = AnsiConsole.Profile.Out.Writer;
            var count = 0;
            await foreach (var finding in check.RunAsync(cancellationToken))
            {
                count++;
                var execution = finding.ExecutionId is null ? "" : $", execution {finding.ExecutionId}";
                await output.WriteLineAsync($"! Template {finding.TemplateId}{execution}, {finding.Place}: {finding.Detail}");
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{check.Templates:N0} templates and {check.Inputs:N0} recorded inputs were looked at; {count:N0} settings differ."));
            return count == 0 ? 0 : 1;
        }));
        return command;
    }
}
