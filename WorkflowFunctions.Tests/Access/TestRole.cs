using Npgsql;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

/// <summary>A role of a test's own that may log in, and nothing else.</summary>
internal sealed class TestRole : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private TestRole(TestDatabase database, string name, string connectionString) =>
        (_database, Name, ConnectionString) = (database, name, connectionString);

    public string Name { get; }

    public string ConnectionString { get; }

    public static async Task<TestRole> CreateAsync(TestDatabase database)
    {
        var name = $"role_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"CREATE ROLE {name} LOGIN PASSWORD '{name}'");
        return new TestRole(
            database,
            name,
            new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Username = name,
                Password = name,
                Pooling = false,
            }.ConnectionString);
    }

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync() => await _database.ExecuteAsync($"DROP OWNED BY {Name} CASCADE; DROP ROLE {Name}");
}
