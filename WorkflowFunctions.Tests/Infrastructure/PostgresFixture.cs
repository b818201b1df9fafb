using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Testcontainers.PostgreSql;
using WorkflowFunctions.Database.Migrations;
using WorkflowFunctions.Local.EmbeddedPostgres;
using WorkflowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>
/// One PostgreSQL for all tests: the one that the environment variable WORKFLOW_TEST_CONNECTION names, whose role has to be allowed
/// to create databases; else the programs that are installed; else a container, where Docker is; else what npm brings. Each test,
/// or class of tests, takes a database of its own.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private const string ConnectionVariable = "WORKFLOW_TEST_CONNECTION";

    private const string Memory = "/dev/shm";
    private const long MemoryNeeded = 6L << 30;

    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _prefix = $"workflow_test_{Guid.NewGuid():N}";
    private readonly Lazy<Task> _prepared;
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _originals = new(StringComparer.Ordinal);
    private string? _folder;
    private EmbeddedPostgresServer? _server;
    private PostgreSqlContainer? _container;
    private string _connectionString = "";
    private int _count;

    public PostgresFixture() => _prepared = new Lazy<Task>(PrepareAsync);

    /// <summary>A new database, with the schema unless told otherwise. The first one starts the server.</summary>
    public Task<TestDatabase> CreateDatabaseAsync(bool isMigrated = true) =>
        isMigrated
            ? CreateCopyAsync(
                "schema",
                database => new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(database.ConnectionString, CancellationToken.None))
            : CreateAsync("template0");

    /// <summary>A new database that is a copy of one that is prepared once.</summary>
    /// <param name="original">The name of what is copied: letters.</param>
    /// <param name="prepare">Prepares it, the first time that it is asked for.</param>
    public async Task<TestDatabase> CreateCopyAsync(string original, Func<TestDatabase, Task> prepare) =>
        await CreateAsync(await _originals.GetOrAdd(original, _ => new Lazy<Task<string>>(async () =>
        {
            var name = $"{_prefix}_{original}";
            await using (var database = await CreateAsync("template0", name, dropAtEnd: false))
                await prepare(database);
            // What others are connected to cannot be copied.
            await ExecuteAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
            await ExecuteAsync($"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'");
            return name;
        })).Value);

    public async ValueTask DisposeAsync()
    {
        if (!_prepared.IsValueCreated)
            return;
        foreach (var original in _originals.Values.Where(original => original.Value.IsCompletedSuccessfully))
            await ExecuteAsync($"DROP DATABASE IF EXISTS {await original.Value} WITH (FORCE)");
        if (_server is not null)
            await _server.DisposeAsync();
        if (_container is not null)
            await _container.DisposeAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private async Task<TestDatabase> CreateAsync(string template, string? name = null, bool dropAtEnd = true)
    {
        await _prepared.Value;
        name ??= $"{_prefix}_{Interlocked.Increment(ref _count)}";
        // Files that are copied cost a third of what pages do that go through the log.
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        return new TestDatabase(
            ConnectionTo(name), () => dropAtEnd ? ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)") : Task.CompletedTask);
    }

    private async Task PrepareAsync()
    {
        if (Environment.GetEnvironmentVariable(ConnectionVariable) is { Length: > 0 } given)
            _connectionString = given;
        else if (!await TryStartInstalledAsync() && !await TryStartContainerAsync())
            await StartAsync(allowDownload: true);
    }

    private async Task<bool> TryStartInstalledAsync()
    {
        try
        {
            await StartAsync(allowDownload: false);
            return true;
        }
        catch (EmbeddedPostgresException)
        {
            Directory.Delete(_folder!, recursive: true);
            _folder = null;
            return false;
        }
    }

    private async Task<bool> TryStartContainerAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            _container = new PostgreSqlBuilder("postgres:17-alpine").WithCommand("-c", "fsync=off", "-c", "max_connections=300").Build();
            await _container.StartAsync(patience.Token);
            _connectionString = _container.GetConnectionString();
            return true;
        }
        catch (Exception)
        {
            // No Docker, or none that brings this image, for whatever reason: the tests run without it as well.
            return false;
        }
    }

    private async Task StartAsync(bool allowDownload)
    {
        // In memory where there is room: a thousand databases come and go.
        _folder = Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > MemoryNeeded
            ? Directory.CreateDirectory(Path.Combine(Memory, $"workflow-tests-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory("workflow-tests-").FullName;
        // Under root the server runs as another user.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, OpenToAll);
        _server = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = _folder, AllowDownload = allowDownload }, NullLogger.Instance,
            CancellationToken.None);
        _connectionString = _server.ConnectionString;
        // Nothing of it is to outlive the tests, not even a power cut.
        await ExecuteAsync("ALTER SYSTEM SET fsync = off");
        await ExecuteAsync("ALTER SYSTEM SET full_page_writes = off");
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    private string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder(_connectionString) { Database = database, MaxPoolSize = 10 }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
