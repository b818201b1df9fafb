using System.Net;
using System.Net.Sockets;
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
        var log = await File.ReadAllTextAsync(second.LogFile, Cancellation);
        Assert.Contains("database system was shut down", log, StringComparison.Ordinal);
        Assert.DoesNotContain("not properly shut down", log, StringComparison.Ordinal);
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
    public async Task Starts_although_the_process_id_of_a_dead_server_belongs_to_another_server_now()
    {
        await using var sandbox = Create();
        var killed = await sandbox.StartAsync();
        var pidFile = Path.Combine(killed.ClusterDirectory, "postmaster.pid");
        await KillAsync(killed);
        await killed.DisposeAsync();
        await using var elsewhere = Create();
        using var other = MainProcess(await elsewhere.StartAsync());
        var lines = await File.ReadAllLinesAsync(pidFile, Cancellation);
        lines[0] = $"{other.Id}";
        await File.WriteAllLinesAsync(pidFile, lines, Cancellation);

        var next = await sandbox.StartAsync();
        Assert.False(next.WasRunning);
        Assert.Equal(next.ClusterDirectory, await QueryAsync(next.ConnectionString, "SHOW data_directory"));
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
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        await using var sandbox = Create();
        sandbox.Options = sandbox.Options with { Port = ((IPEndPoint)occupant.LocalEndpoint).Port };

        var error = await Assert.ThrowsAsync<EmbeddedPostgresException>(sandbox.StartAsync);
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
