using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowFunctions.Local.EmbeddedPostgres;

namespace WorkflowFunctions.Bench.Chaos;

/// <summary>A PostgreSQL of its own, which is crashed, cut off and slowed down.</summary>
internal sealed class ChaosDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgresOptions _options;
    private EmbeddedPostgresServer _server;

    private ChaosDatabase(EmbeddedPostgresOptions options, EmbeddedPostgresServer server)
    {
        (_options, _server) = (options with { Port = server.Port }, server);
        ConnectionString = server.ConnectionString;
    }

    /// <summary>Where it is; the same after every restart.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts it over a folder.</summary>
    public static async Task<ChaosDatabase> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var options = new EmbeddedPostgresOptions { DataDirectory = folder };
        return new ChaosDatabase(options, await EmbeddedPostgresServer.StartAsync(options, NullLogger.Instance, cancellationToken));
    }

    /// <summary>Crashes it, and starts it again: it recovers from what it had written.</summary>
    public async Task CrashAsync(CancellationToken cancellationToken)
    {
        var pid = (await File.ReadAllLinesAsync(Path.Combine(_server.ClusterDirectory, "postmaster.pid"), cancellationToken))[0];
        using (var kill = Process.Start("kill", ["-KILL", pid]))
            await kill.WaitForExitAsync(cancellationToken);
        await _server.DisposeAsync();
        _server = await EmbeddedPostgresServer.StartAsync(_options, NullLogger.Instance, cancellationToken);
    }

    /// <summary>Ends every connection but this one.</summary>
    public Task CutAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            cancellationToken);

    /// <summary>Makes every commit wait for so many milliseconds (at most 100), as on a slow disk.</summary>
    public async Task SlowDownAsync(int milliseconds, CancellationToken cancellationToken)
    {
        await ExecuteAsync("ALTER SYSTEM SET commit_siblings = 0", cancellationToken);
        await ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"ALTER SYSTEM SET commit_delay = {milliseconds * 1000}"), cancellationToken);
        await ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
