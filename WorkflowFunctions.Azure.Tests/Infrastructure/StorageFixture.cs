using Testcontainers.Azurite;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Infrastructure;

/// <summary>
/// Azure Storage for all tests: Azurite in a container, where Docker is; else the one that npm brings. Where neither can be had, the
/// tests that need it are skipped.
/// </summary>
public sealed class StorageFixture : IAsyncDisposable
{
    private readonly Lazy<Task<string>> _started;
    private AzuriteContainer? _container;
    private AzuriteProcess? _process;

    public StorageFixture() => _started = new Lazy<Task<string>>(StartAsync);

    /// <summary>The account as a connection string. The first call starts the server.</summary>
    public async Task<string> ConnectAsync()
    {
        try
        {
            return await _started.Value;
        }
        catch (InvalidOperationException exception)
        {
            Assert.Skip($"Azurite could not be started: {exception.Message}");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
            await _container.DisposeAsync();
        if (_process is not null)
            await _process.DisposeAsync();
    }

    private async Task<string> StartAsync()
    {
        if (await TryStartContainerAsync())
            return _container!.GetConnectionString();
        _process = await AzuriteProcess.StartAsync();
        return _process.ConnectionString;
    }

    private async Task<bool> TryStartContainerAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            _container = new AzuriteBuilder($"mcr.microsoft.com/azure-storage/azurite:{AzuriteProcess.Version}")
                .WithInMemoryPersistence()
                .WithCommand("--skipApiVersionCheck", "--disableTelemetry")
                .Build();
            await _container.StartAsync(patience.Token);
            return true;
        }
        catch (Exception)
        {
            // No Docker, or none that brings this image, for whatever reason: the tests run without it as well.
            return false;
        }
    }
}
