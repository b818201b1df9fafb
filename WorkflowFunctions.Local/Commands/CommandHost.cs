using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Spectre.Console;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Local.Commands;

/// <summary>A server of one command's own, on a free port of this machine, and a client of it.</summary>
internal sealed class CommandHost : IAsyncDisposable
{
    private readonly LocalHost _host;
    private readonly HttpClient _http;

    private CommandHost(LocalHost host, HttpClient http) => (_host, _http, Client) = (host, http, new WorkflowClient(http));

    public WebApplication App => _host.App;

    public WorkflowClient Client { get; }

    /// <summary>Where the page is, while the command runs.</summary>
    public Uri Address => _http.BaseAddress!;

    public static async Task<CommandHost> StartAsync(
        ParseResult result, Action<IServiceCollection>? configure, CancellationToken cancellationToken)
    {
        var settings = CommonOptions.Settings(result, quiet: true);
        settings["urls"] = "http://127.0.0.1:0";
        // The user of a command reaches the database anyway; the server of this one command is for nobody else.
        settings[$"{AccessOptions.Section}:Required"] = "false";
        settings[$"{AccessOptions.Section}:Jwt:Authority"] = "";
        var host = await Terminal.Error.Status().StartAsync("Starting the engine; the first time, this makes a database …", async _ =>
        {
            var starting = await LocalHost.CreateAsync(settings, configure, cancellationToken);
            await starting.App.StartAsync(cancellationToken);
            return starting;
        });
        var address = host.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new CommandHost(host, new HttpClient { BaseAddress = new Uri(address), Timeout = Timeout.InfiniteTimeSpan });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.App.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
    }
}
