using System.Net;
using System.Net.NetworkInformation;
using Npgsql;
using WorkflowFunctions.Local.EmbeddedPostgres;
using static WorkflowFunctions.Tests.EmbeddedPostgres.Sandbox;

namespace WorkflowFunctions.Tests.EmbeddedPostgres;

public class EmbeddedPostgresServerTests
{
    [Fact]
    public async Task Starts_in_an_empty_folder_and_answers_a_query()
    {
        await using var sandbox = Create();
        var server = await sandbox.StartAsync();

        Assert.False(server.WasRunning);
        Assert.Equal("workflow/workflow", await QueryAsync(server.ConnectionString, "SELECT current_user || '/' || current_database()"));
        Assert.Equal("UTF8", await QueryAsync(server.ConnectionString, "SHOW server_encoding"));
        Assert.StartsWith(sandbox.Options.DataDirectory, server.ClusterDirectory, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_PostgreSQLs_durable_defaults()
    {
        await using var sandbox = Create();
        var server = await sandbox.StartAsync();

        foreach (var setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
            Assert.Equal("on", await QueryAsync(server.ConnectionString, $"SHOW {setting}"));
    }

    [Fact]
    public async Task Stops_when_disposed_and_keeps_its_data_for_the_next_start()
    {
        await using var sandbox = Create();
        var first = await sandbox.StartAsync();
        await QueryAsync(first.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        await first.DisposeAsync();
        await Assert.ThrowsAsync<NpgsqlException>(() => QueryAsync(first.ConnectionString, "SELECT 1"));

        var second = await sandbox.StartAsync();
        Assert.False(second.WasRunning);
        Assert.Equal(42, await QueryAsync(second.ConnectionString, "SELECT answer FROM kept"));
        Assert.Contains("database system was shut down", await File.ReadAllTextAsync(second.LogFile, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recovers_what_was_committed_before_the_server_was_killed()
    {
        await using var sandbox = Create();
        var killed = await sandbox.StartAsync();
        await QueryAsync(killed.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        await KillAsync(killed);
        await killed.DisposeAsync();

        var next = await sandbox.StartAsync();
        Assert.False(next.WasRunning);
        Assert.Equal(42, await QueryAsync(next.ConnectionString, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Starts_although_the_number_of_a_dead_server_belongs_to_another_process_now()
    {
        await using var sandbox = Create();
        var killed = await sandbox.StartAsync();
        var pidFile = Path.Combine(killed.ClusterDirectory, "postmaster.pid");
        await KillAsync(killed);
        await killed.DisposeAsync();
        var lines = await File.ReadAllLinesAsync(pidFile, Cancellation);
        lines[0] = $"{Environment.ProcessId}";
        await File.WriteAllLinesAsync(pidFile, lines, Cancellation);

        var next = await sandbox.StartAsync();
        Assert.Equal(1, await QueryAsync(next.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Is_shared_over_one_folder_and_stopped_by_the_last_user()
    {
        await using var sandbox = Create();
        var first = await sandbox.StartAsync();
        var second = await sandbox.StartAsync();
        Assert.True(second.WasRunning);
        Assert.Equal(first.ConnectionString, second.ConnectionString);

        using var process = MainProcess(first);
        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.Equal(1, await QueryAsync(second.ConnectionString, "SELECT 1"));

        await second.DisposeAsync();
        await process.WaitForExitAsync(Cancellation);
        Assert.False(File.Exists(Path.Combine(second.ClusterDirectory, "postmaster.pid")));
    }

    [Fact]
    public async Task Is_started_once_by_many_at_the_same_time()
    {
        await using var sandbox = Create();
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => sandbox.StartAsync()));

        Assert.Single(servers, server => !server.WasRunning);
        Assert.Single(servers.Select(server => server.Port).Distinct());
    }

    [Fact]
    public async Task Refuses_a_second_server_while_someone_uses_one_that_is_out_of_sight()
    {
        await using var sandbox = Create();
        var killed = await sandbox.StartAsync();
        await KillAsync(killed);

        var error = await Assert.ThrowsAsync<EmbeddedPostgresException>(sandbox.StartAsync);
        Assert.Contains(killed.ClusterDirectory, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listens_on_the_loopback_interface_only()
    {
        await using var sandbox = Create();
        var server = await sandbox.StartAsync();

        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => listener.Port == server.Port);
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, server.Port)], listeners);
        Assert.Equal("", await QueryAsync(server.ConnectionString, "SHOW unix_socket_directories"));
    }

    [Fact]
    public async Task Rejects_a_wrong_password()
    {
        await using var sandbox = Create();
        var server = await sandbox.StartAsync();

        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "workflow" }.ConnectionString;
        var error = await Assert.ThrowsAsync<PostgresException>(() => QueryAsync(wrong, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
        Assert.Equal("scram-sha-256", await QueryAsync(server.ConnectionString, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"));
    }

    [Fact]
    public async Task Keeps_the_password_where_only_its_owner_may_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        await using var sandbox = Create();
        var server = await sandbox.StartAsync();

        var file = Path.Combine(Path.GetDirectoryName(server.ClusterDirectory)!, "password");
        Assert.Contains((await File.ReadAllTextAsync(file, Cancellation)).Trim(), server.ConnectionString, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(file));
    }

    [Fact]
    public async Task Uses_the_port_that_the_options_name()
    {
        await using var sandbox = Create();
        var anyPort = await sandbox.StartAsync();
        await anyPort.DisposeAsync();

        sandbox.Options = sandbox.Options with { Port = anyPort.Port };
        Assert.Equal(anyPort.Port, (await sandbox.StartAsync()).Port);
    }

    [Fact]
    public async Task Says_what_the_server_said_when_it_cannot_start()
    {
        await using var sandbox = Create();
        var other = await sandbox.StartAsync();
        await using var second = Create();
        second.Options = second.Options with { Port = other.Port };

        var error = await Assert.ThrowsAsync<EmbeddedPostgresException>(second.StartAsync);
        Assert.Contains("Address already in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Works_under_root_below_a_folder_that_only_root_may_enter()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root runs PostgreSQL as another user.");
        await using var sandbox = CreateClosed();
        var first = await sandbox.StartAsync();
        await QueryAsync(first.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        Assert.False(first.ClusterDirectory.StartsWith(sandbox.Root, StringComparison.Ordinal));
        await first.DisposeAsync();

        var second = await sandbox.StartAsync();
        Assert.Equal(first.ClusterDirectory, second.ClusterDirectory);
        Assert.Equal(42, await QueryAsync(second.ConnectionString, "SELECT answer FROM kept"));
    }
}
