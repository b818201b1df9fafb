using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowFunctions.Local.EmbeddedPostgres;
using WorkflowFunctions.Record.Migrations;
using WorkflowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>
/// One PostgreSQL for all tests: an embedded one, or the one that the environment variable WORKFLOW_TEST_CONNECTION names, whose
/// role has to be allowed to create databases. Each test, or class of tests, takes a database of its own.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private const string ConnectionVariable = "WORKFLOW_TEST_CONNECTION";

    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _prefix = $"workflow_test_{Guid.NewGuid():N}";
    private readonly Lazy<Task> _prepared;
    private string? _folder;
    private EmbeddedPostgresServer? _server;
    private string _connectionString = "";
    private int _count;

    public PostgresFixture() => _prepared = new Lazy<Task>(PrepareAsync);

    /// <summary>A new database, with the schema unless told otherwise. The first one starts the server.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(bool isMigrated = true)
    {
        await _prepared.Value;
        var name = $"{_prefix}_{Interlocked.Increment(ref _count)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {(isMigrated ? Template : "template0")}");
        return new TestDatabase(ConnectionTo(name), () => ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_prepared.IsValueCreated)
            return;
        if (_prepared.Value.IsCompletedSuccessfully)
            await ExecuteAsync($"DROP DATABASE IF EXISTS {Template} WITH (FORCE)");
        if (_server is not null)
            await _server.DisposeAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private string Template => $"{_prefix}_template";

    private async Task PrepareAsync()
    {
        if (Environment.GetEnvironmentVariable(ConnectionVariable) is { Length: > 0 } given)
            _connectionString = given;
        else
            await StartAsync();
        await ExecuteAsync($"CREATE DATABASE {Template}");
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(ConnectionTo(Template, pooling: false), CancellationToken.None);
    }

    private async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("workflow-tests-").FullName;
        // Under root the server runs as another user.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, OpenToAll);
        _server = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = _folder }, NullLogger.Instance, CancellationToken.None);
        _connectionString = _server.ConnectionString;
        // Nothing of it is to outlive the tests, not even a power cut.
        await ExecuteAsync("ALTER SYSTEM SET fsync = off");
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    private string ConnectionTo(string database, bool pooling = true) =>
        new NpgsqlConnectionStringBuilder(_connectionString) { Database = database, Pooling = pooling, MaxPoolSize = 10 }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
