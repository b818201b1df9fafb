using System.Net;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Access;

namespace WorkflowFunctions.Local.Hosting;

/// <summary>Keeps a server without authentication from listening where others can reach it.</summary>
internal sealed class ListenGuard(IConfiguration configuration, IOptions<AccessOptions> access) : IHostedLifecycleService
{
    /// <summary>Comes before the web server listens.</summary>
    /// <exception cref="UnsafeListenException">The server would listen where others can reach it.</exception>
    public Task StartingAsync(CancellationToken cancellationToken) =>
        access.Value.IsOpen && Addresses().FirstOrDefault(address => !IsLoopback(address)) is { } reachable
            ? throw new UnsafeListenException(reachable)
            : Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whatever the web server may take its addresses from. Without any it listens on localhost.</summary>
    private IEnumerable<string> Addresses() =>
    [
        .. Split(configuration["urls"]),
        .. Split(configuration["http_ports"]).Select(port => $"http://*:{port}"),
        .. Split(configuration["https_ports"]).Select(port => $"https://*:{port}"),
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>(),
    ];

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsLoopback(string address)
    {
        var host = BindingAddress.Parse(address).Host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }
}

/// <summary>The server would listen where others can reach it, and nobody has said who may call it.</summary>
internal sealed class UnsafeListenException(string address) : Exception(
    $"The server is to listen on {address}, where others can reach it, and takes requests from anyone. Either listen on this machine only "
    + "(--urls http://localhost:5000), or say who may call it: set Access__Required=true and make a key with '-- keys create', or "
    + "configure the tokens "
    + "of a provider in Access__Jwt__Authority and Access__Jwt__Audience. See docs/security.md.");
