using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Api;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>A database of a test's own; dropped at the end.</summary>
public sealed class TestDatabase(string connectionString, Func<Task> drop) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public string ConnectionString { get; } = connectionString;

    public string Name { get; } = new NpgsqlConnectionStringBuilder(connectionString).Database!;

    public async Task ExecuteAsync(string sql, params IReadOnlyList<object> parameters)
    {
        await using var command = Command(sql, parameters);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The engine's services over it, in a container of their own, as in another process.</summary>
    public ServiceProvider CreateServices() => new ServiceCollection()
        .AddLogging()
        .AddWorkflow(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Workflow"] = ConnectionString })
            .Build())
        .BuildServiceProvider();

    /// <summary>The first column of all rows.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, params IReadOnlyList<object> parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var values = new List<T>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            values.Add(await reader.GetFieldValueAsync<T>(0, TestContext.Current.CancellationToken));
        return values;
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await drop();
    }

    private NpgsqlCommand Command(string sql, IReadOnlyList<object> parameters)
    {
        var command = _source.CreateCommand(sql);
        foreach (var value in parameters)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
