using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Spectre.Console;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Local.Commands;

/// <summary><c>serve</c>, the default: the API and the engine, until it is stopped.</summary>
internal static class ServeCommand
{
    private static readonly Option<string?> s_urls = new("--urls") { Description = "Where to listen; http://localhost:5000 by default." };

    public static Command Create(Action<IServiceCollection>? configure)
    {
        var command = new Command("serve", "Serves the page and the API, and runs workflows, until it is stopped. The default.");
        AddTo(command, configure);
        return command;
    }

    /// <summary>Makes a command serve: this one, and the program without a command.</summary>
    public static void AddTo(Command command, Action<IServiceCollection>? configure)
    {
        command.Options.Add(CommonOptions.Connection);
        command.Options.Add(s_urls);
        command.SetAction((result, cancellationToken) => Failures.ReportAsync(() => ServeAsync(result, configure, cancellationToken)));
    }

    private static async Task<int> ServeAsync(
        ParseResult result, Action<IServiceCollection>? configure, CancellationToken cancellationToken)
    {
        var settings = CommonOptions.Settings(result, quiet: false);
        if (result.GetValue(s_urls) is { } urls)
            settings["urls"] = urls;
        await using var host = await LocalHost.CreateAsync(settings, configure, cancellationToken);
        // A newcomer's first page shows something to run; a database that someone brings is left as it is.
        var isNew = host.Postgres is not null && await SampleTemplates.AddToNewDatabaseAsync(host.App.Services, cancellationToken);
        await host.App.StartAsync(cancellationToken);
        Greet(host, isNew);
        await host.App.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static void Greet(LocalHost host, bool isNew)
    {
        if (host.Postgres is { } postgres)
            AnsiConsole.MarkupLineInterpolated($"  PostgreSQL is embedded, in {postgres.ClusterDirectory}. Stop with Ctrl+C.");
        var addresses = host.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses)
            AnsiConsole.MarkupLineInterpolated($"[green]➜[/] Open [link]{address}[/] (the API is described at {address}/scalar)");
        // A newcomer is shown the page; later it is open already.
        if (isNew && addresses.FirstOrDefault() is { } page)
            Browser.Open(page, Terminal.IsThere);
    }
}
