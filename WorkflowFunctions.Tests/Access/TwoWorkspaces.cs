using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Api;
using WorkflowFunctions.Api.Partitions.Conversion;
using WorkflowFunctions.Database;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

/// <summary>The program's connections over a database with a row of everything in the workspaces <c>acme</c> and <c>globex</c>.</summary>
internal sealed class TwoWorkspaces : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TwoWorkspaces(TestDatabase database, ServiceProvider services) => (Database, _services) = (database, services);

    public TestDatabase Database { get; }

    /// <summary>Makes it.</summary>
    /// <param name="postgres">The server.</param>
    /// <param name="isConverted">Whether executions are partitioned too.</param>
    /// <param name="connections">How many connections there are.</param>
    public static async Task<TwoWorkspaces> CreateAsync(PostgresFixture postgres, bool isConverted = false, int connections = 4)
    {
        var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(Read("two-workspaces.sql"));
        var made = new TwoWorkspaces(
            database, Services($"{database.ConnectionString};Maximum Pool Size={connections}", RowSecurityMode.Required));
        if (isConverted)
            await made._services.GetRequiredService<PartitionConverter>()
                .RunAsync("executions", _ => { }, TestContext.Current.CancellationToken);
        return made;
    }

    /// <summary>The program's services over a database.</summary>
    public static ServiceProvider Services(string connectionString, RowSecurityMode mode) =>
        new ServiceCollection()
            .AddLogging()
            .AddWorkflow(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([
                        KeyValuePair.Create($"ConnectionStrings:{WorkflowServices.ConnectionName}", (string?)connectionString),
                        KeyValuePair.Create("Access:RowSecurity", (string?)mode.ToString()),
                    ])
                    .Build())
            .BuildServiceProvider();

    /// <summary>Does something on a connection as the API opens it for a caller of some workspaces; null for one of all.</summary>
    public Task OnConnectionAsync(string[]? workspaces, Func<NpgsqlConnection, Task> work) =>
        OnConnectionAsync(_services, workspaces, work);

    /// <inheritdoc cref="OnConnectionAsync(string[], Func{NpgsqlConnection, Task})"/>
    public static Task OnConnectionAsync(IServiceProvider services, string[]? workspaces, Func<NpgsqlConnection, Task> work) =>
        Confinement.RunAsync(
            workspaces,
            async () =>
            {
                await using var connection = await services
                    .GetRequiredService<RecordConnections>()
                    .OpenConnectionAsync(TestContext.Current.CancellationToken);
                await work(connection);
            });

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static string Read(string name)
    {
        using var stream = typeof(TwoWorkspaces).Assembly.GetManifestResourceStream(typeof(TwoWorkspaces), name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
