#if AZURITE_CONTAINER
using Testcontainers.Azurite;
#endif
using Npgsql;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Infrastructure;

/// <summary>
/// Azure Storage for all tests: Azurite in a container, where Docker is; else the one that npm brings. Where neither can be had, the
/// tests that need it are skipped.
/// </summary>
public sealed class StorageFixture : IAsyncDisposable
{
    private readonly Lazy<Task<string>> _started;
#if AZURITE_CONTAINER
    private AzuriteContainer? _container;
#endif
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

    /// <summary>Histories in a task hub that belongs to a database, as an app has one of each.</summary>
    public static Task<Histories> HistoriesOfAsync(TestDatabase database) => HistoriesAsync(new string(
        [.. new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!.Where(char.IsAsciiLetterOrDigit).TakeLast(40)]));

    /// <summary>Histories in a new task hub.</summary>
    public static Task<Histories> NewHistoriesAsync() => HistoriesAsync($"test{Guid.NewGuid():N}");

    private static async Task<Histories> HistoriesAsync(string hub)
    {
        var storage = await TestContext.Current.GetFixture<StorageFixture>()
            ?? throw new InvalidOperationException("The assembly has no Azure Storage.");
        return new StorageHistories(await storage.ConnectAsync(), hub);
    }

    public async ValueTask DisposeAsync()
    {
#if AZURITE_CONTAINER
        if (_container is not null)
            await _container.DisposeAsync();
#endif
        if (_process is not null)
            await _process.DisposeAsync();
    }

    private async Task<string> StartAsync()
    {
#if AZURITE_CONTAINER
        if (await TryStartContainerAsync())
            return _container!.GetConnectionString();
#endif
        _process = await AzuriteProcess.StartAsync();
        return _process.ConnectionString;
    }

#if AZURITE_CONTAINER
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
#endif
}
