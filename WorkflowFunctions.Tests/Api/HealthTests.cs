using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Access;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class HealthTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_server_with_its_database_is_live_and_ready()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine());

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/health/live")).Status);
        var ready = await server.Client.GetAsync("/api/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.Status);
        Assert.Equal("ok", ready["checks"].GetProperty("database").GetString());
    }

    [Fact]
    public async Task Without_PostgreSQL_a_server_is_live_and_says_of_the_rest_that_it_is_down()
    {
        var nowhere = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = 1,
            Username = "nobody",
            Database = "nothing",
            Timeout = 2,
        }.ConnectionString;
        await using var server = await ApiServer.StartAsync(nowhere, services => services.AddSingleton<IEngine, NoEngine>());

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/health/live")).Status);
        foreach (var path in (string[])
                ["/api/health/ready", "/api/templates", "/api/executions", "/api/executions/x", "/api/executions/x/events"])
        {
            var answer = await server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            Assert.Equal("application/problem+json", answer.MediaType);
            Assert.Contains("PostgreSQL", answer["detail"].GetString(), StringComparison.Ordinal);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.PostAsync("/api/templates", TestWorkflows.Greeting())).Status);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable, (await server.Client.PostAsync("/api/executions", new { template_id = "t" })).Status);
    }

    [Fact]
    public async Task A_database_without_the_schema_is_not_ready()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddSingleton<IEngine, NoEngine>());

        var ready = await server.Client.GetAsync("/api/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Contains("schema", ready["checks"].GetProperty("database").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.GetAsync("/api/executions")).Status);
    }

    [Fact]
    public async Task A_database_that_lacks_the_latest_migration_is_not_ready()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(
            "DELETE FROM workflow_schema_versions WHERE scriptname = (SELECT max(scriptname) FROM workflow_schema_versions)");
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddSingleton<IEngine, NoEngine>());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.GetAsync("/api/health/ready")).Status);
    }

    [Fact]
    public async Task A_server_that_gets_no_connection_says_so()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var role = await TestRole.CreateAsync(database);
        await using (var server = await ApiServer.StartAsync(role.ConnectionString, services => services.AddSingleton<IEngine, NoEngine>()))
        {
            await database.ExecuteAsync($"ALTER ROLE {role.Name} CONNECTION LIMIT 0");
            var ready = await server.Client.GetAsync("/api/health/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
            Assert.Contains("no more connections", ready["checks"].GetProperty("database").GetString(), StringComparison.Ordinal);
        }

        var one = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 1, Timeout = 1 };
        await using (var server = await ApiServer.StartAsync(one.ConnectionString, services => services.AddSingleton<IEngine, NoEngine>()))
        {
            await using var taken = await server.Services.GetRequiredService<NpgsqlDataSource>()
                .OpenConnectionAsync(TestContext.Current.CancellationToken);
            var ready = await server.Client.GetAsync("/api/health/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
            Assert.Contains("Maximum Pool Size", ready["checks"].GetProperty("database").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_says_when_the_connections_of_all_workers_do_not_fit_the_database()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var large = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 100_000 };
        await using var server = await ApiServer.StartAsync(large.ConnectionString, services => services.AddSingleton<IEngine, NoEngine>());
        Assert.Equal("ok", (await server.Client.GetAsync("/api/health/ready"))["checks"].GetProperty("database").GetString());

        var connections = server.Services.GetRequiredService<NpgsqlDataSource>();
        await using var worker = await DatabaseLock.WaitSharedAsync(
            connections, DatabaseLock.LeadKey, TestContext.Current.CancellationToken);
        await using var other = await DatabaseLock.WaitSharedAsync(
            connections, DatabaseLock.LeadKey, TestContext.Current.CancellationToken);

        var ready = await server.Client.GetAsync("/api/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.Status);
        Assert.StartsWith(
            "2 workers may have 100000 connections each", ready["checks"].GetProperty("database").GetString(), StringComparison.Ordinal);
    }

    private sealed class NoEngine : IEngine
    {
        public Task StartAsync(string executionId, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}
