using Microsoft.Extensions.Options;
using WorkflowFunctions.Local.Engine;

namespace WorkflowFunctions.Local.Hosting;

/// <summary>
/// What happens before the server stops to listen: it says that it is not ready, begins no node any more, and lets those finish that run.
/// What does not finish in time is left to the next leader.
/// </summary>
internal sealed class GracefulStop(LocalEngine engine, IOptions<ShutdownOptions> options, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>Registers it, and how long the host may take to stop.</summary>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ShutdownOptions>()
            .Bind(configuration.GetSection(ShutdownOptions.Section))
            .Validate(
                static options => options.IsValid,
                "Shutdown: TimeoutSeconds has to be from 1 to 3600, and AnnounceSeconds from 0 to less than that.")
            .ValidateOnStart();
        services.AddOptions<HostOptions>()
            .Configure<IOptions<ShutdownOptions>>(static (host, shutdown) => host.ShutdownTimeout = shutdown.Value.Timeout);
        services.AddHostedService<GracefulStop>();
    }

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Task.Delay(options.Value.Announce, time, cancellationToken), engine.DrainAsync(options.Value.ForNodes));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
