using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WorkflowFunctions.Durable.Hosting;

/// <summary>
/// Stops the worker when its Functions host is gone: it would never be given work again, and kept its sessions of PostgreSQL, with the
/// nodes that they claim. The Functions worker itself does not notice.
/// </summary>
internal sealed class HostWatch(IConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<HostWatch> logger)
    : BackgroundService
{
    /// <summary>The setting that the Functions worker makes of its command line.</summary>
    public const string Setting = "Functions:Worker:HostEndpoint";

    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!Uri.TryCreate(configuration[Setting], UriKind.Absolute, out var host))
            return;
        try
        {
            // The host may close a connection on which nothing is said. Where one is refused, nobody listens any more.
            while (await WatchAsync(host, stoppingToken))
                await Task.Delay(s_retryDelay, stoppingToken);
            logger.LogWarning("The Functions host is gone; the worker stops");
            lifetime.StopApplication();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Waits until a connection is closed; false if it is refused.</summary>
    private static async Task<bool> WatchAsync(Uri host, CancellationToken cancellationToken)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(host.Host, host.Port, cancellationToken);
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }

        try
        {
            var buffer = new byte[256];
            while (await connection.GetStream().ReadAsync(buffer, cancellationToken) > 0)
                ;
        }
        catch (IOException)
        {
            // Closed as well.
        }

        return true;
    }
}
