using WorkflowFunctions.Local.Engine;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>The API with the Local engine over a new database, for all tests of a class.</summary>
public sealed class ApiFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiServer? _server;

    public TestDatabase Database { get; private set; } = null!;

    public ApiClient Client => _server!.Client;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(
            Database.ConnectionString, services => services.AddLocalEngine(), ("Access:RequestsPerMinute", "0"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await Database.DisposeAsync();
    }
}
