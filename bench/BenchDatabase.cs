using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Api;
using WorkflowFunctions.Database.Migrations;

namespace WorkflowFunctions.Bench;

/// <summary>The program's services over a database that has the schema.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private BenchDatabase(ServiceProvider services) => _services = services;

    /// <summary><c>--connection</c>.</summary>
    public static Option<string> Connection { get; } = new("--connection")
    {
        Description = "The PostgreSQL to use, as an Npgsql connection string.",
        Required = true,
    };

    /// <summary>The connections.</summary>
    public NpgsqlDataSource Source => Get<NpgsqlDataSource>();

    /// <summary>Brings the database to the schema.</summary>
    public static async Task<BenchDatabase> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables()
            .AddInMemoryCollection([KeyValuePair.Create($"ConnectionStrings:{WorkflowServices.ConnectionName}", (string?)connectionString)])
            .Build();
        var database = new BenchDatabase(new ServiceCollection().AddLogging().AddWorkflow(configuration).BuildServiceProvider());
        await database.Get<Migrator>().MigrateAsync(connectionString, cancellationToken);
        return database;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
