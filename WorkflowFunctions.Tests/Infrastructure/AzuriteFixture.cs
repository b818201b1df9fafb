using WorkflowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>Azure Blob Storage for all tests. Where Azurite cannot be had, the tests that need it are skipped.</summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    private readonly Lazy<Task<AzuriteProcess>> _azurite = new(AzuriteProcess.StartAsync);

    /// <summary>The account as a connection string. The first call starts the server.</summary>
    /// <param name="key">The account's key; the right one unless a test wants another.</param>
    public async Task<string> ConnectAsync(string key = AzuriteProcess.AccountKey)
    {
        try
        {
            return (await _azurite.Value).ConnectionString.Replace(AzuriteProcess.AccountKey, key, StringComparison.Ordinal);
        }
        catch (InvalidOperationException exception)
        {
            Assert.Skip($"Azurite could not be started: {exception.Message}");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite.IsValueCreated && _azurite.Value.IsCompletedSuccessfully)
            await (await _azurite.Value).DisposeAsync();
    }
}
