using System.Net;
using System.Net.NetworkInformation;
using Npgsql;
using WorkflowFunctions.Local.EmbeddedPostgres;
using static WorkflowFunctions.Tests.EmbeddedPostgres.Sandbox;

namespace WorkflowFunctions.Tests.EmbeddedPostgres;

public class EmbeddedPostgresSettingsTests(EmbeddedPostgresSettingsTests.RunningServer running)
    : IClassFixture<EmbeddedPostgresSettingsTests.RunningServer>
{
    [Fact]
    public async Task Keeps_PostgreSQLs_durable_defaults()
    {
        foreach (var setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
            Assert.Equal("on", await QueryAsync(running.Server.ConnectionString, $"SHOW {setting}"));
    }

    [Fact]
    public async Task Listens_on_the_loopback_interface_only()
    {
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        Assert.Equal(
            [new IPEndPoint(IPAddress.Loopback, running.Server.Port)],
            listeners.Where(listener => listener.Port == running.Server.Port));
        Assert.Equal("", await QueryAsync(running.Server.ConnectionString, "SHOW unix_socket_directories"));
    }

    [Fact]
    public async Task Rejects_a_wrong_password()
    {
        var wrong = new NpgsqlConnectionStringBuilder(running.Server.ConnectionString) { Password = "workflow" }.ConnectionString;
        var error = await Assert.ThrowsAsync<PostgresException>(() => QueryAsync(wrong, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
        Assert.Equal("scram-sha-256", await QueryAsync(
            running.Server.ConnectionString, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"));
    }

    [Fact]
    public async Task Keeps_the_password_where_only_its_owner_may_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        var file = Path.Combine(Path.GetDirectoryName(running.Server.ClusterDirectory)!, "password");
        var password = new NpgsqlConnectionStringBuilder(running.Server.ConnectionString).Password;
        Assert.Equal(password, await File.ReadAllTextAsync(file, Cancellation));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(file));
    }

    /// <summary>One server for all tests here, which only look at it.</summary>
    public sealed class RunningServer : IAsyncLifetime
    {
        private readonly Sandbox _sandbox = Create();

        internal EmbeddedPostgresServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await _sandbox.StartAsync();

        public ValueTask DisposeAsync() => _sandbox.DisposeAsync();
    }
}
