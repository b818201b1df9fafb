using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowFunctions.Local.EmbeddedPostgres;

namespace WorkflowFunctions.Tests.EmbeddedPostgres;

/// <summary>A temporary data directory; at the end every server that a test started over it is stopped and all is deleted.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly List<EmbeddedPostgresServer> _servers = [];

    private Sandbox(string root, params string[] below)
    {
        Root = root;
        Options = new EmbeddedPostgresOptions { DataDirectory = Path.Combine([root, .. below, ".data"]) };
    }

    public string Root { get; }

    public EmbeddedPostgresOptions Options { get; set; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A folder that every user may enter.</summary>
    public static Sandbox Create()
    {
        var root = Directory.CreateTempSubdirectory("embedded-postgres-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(root, OpenToAll);
        return new Sandbox(root);
    }

    /// <summary>A data directory below a folder that only the current user may enter.</summary>
    public static Sandbox CreateClosed() => new(Directory.CreateTempSubdirectory("embedded-postgres-").FullName, "checkout");

    public async Task<EmbeddedPostgresServer> StartAsync()
    {
        var server = await EmbeddedPostgresServer.StartAsync(Options, NullLogger.Instance, Cancellation);
        _servers.Add(server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();

        var pointer = Path.Combine(Options.DataDirectory, "postgres", "location");
        if (File.Exists(pointer))
            Directory.Delete((await File.ReadAllTextAsync(pointer)).Trim(), recursive: true);
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>Runs a statement on a connection of its own and returns the first value.</summary>
    public static async Task<object?> QueryAsync(string connectionString, string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(unpooled);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    public static async Task WriteScriptAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file, text, Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, OpenToAll);
    }

    public static UnixFileMode ModeOf(string file) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(file);

    /// <summary>The server's main process, from its cluster's pid file.</summary>
    public static Process MainProcess(EmbeddedPostgresServer server) =>
        Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(server.ClusterDirectory, "postmaster.pid")).First()));

    /// <summary>Kills the server as kill -9 does, leaving its files as they are.</summary>
    public static async Task KillAsync(EmbeddedPostgresServer server)
    {
        using var process = MainProcess(server);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
    }
}
