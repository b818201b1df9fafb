using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Spectre.Console;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Local.Commands;

/// <summary><c>serve</c>, the default: the API and the engine, until it is stopped.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string?>("--urls") { Description = "Where to listen; http://localhost:5000 by default." };
        var command = new Command("serve", "Serves the page and the API, and runs workflows, until it is stopped. The default.")
        {
            CommonOptions.Connection, urls,
        };
        command.SetAction((result, cancellationToken) => Failures.ReportAsync(async () =>
        {
            var settings = CommonOptions.Settings(result, quiet: false);
            if (result.GetValue(urls) is { } given)
                settings["urls"] = given;
            await using var host = await LocalHost.CreateAsync(settings, null, cancellationToken);
            await host.App.StartAsync(cancellationToken);
            Greet(host);
            await host.App.WaitForShutdownAsync(cancellationToken);
            return 0;
        }));
        return command;
    }

    private static void Greet(LocalHost host)
    {
        var addresses = host.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses)
            AnsiConsole.MarkupLineInterpolated($"[green]➜[/] Open [link]{address}[/] — the API is described at {address}/scalar");
        if (host.Postgres is { } postgres)
            AnsiConsole.MarkupLineInterpolated($"  PostgreSQL is embedded, in {postgres.ClusterDirectory}. Stop with Ctrl+C.");
    }
}
