using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

public class SessionTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_page_logs_in_once_with_a_key_that_its_scripts_cannot_read()
    {
        await using var database = await SecuredApi.CreateDatabaseAsync(postgres);
        await using var server = await StartAsync(database);
        var key = await SecuredApi.KeyAsync(server, "run", "acme");

        var refused = await server.Client.PostAsync("/api/session", new { token = "wfk_wrong" });
        var before = await server.Client.GetAsync("/api/templates");
        var entered = await server.Client.PostAsync("/api/session", new { token = key });
        var cookie = Assert.Single(entered.Headers.GetValues("Set-Cookie"));
        var inside = await server.Client.GetAsync("/api/templates");
        await server.Client.DeleteAsync("/api/session");
        var after = await server.Client.GetAsync("/api/templates");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (refused.Status, before.Status));
        Assert.False(refused.Headers.Contains("Set-Cookie"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Unauthorized), (entered.Status, inside.Status, after.Status));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Answers_carry_headers_that_keep_browsers_from_misusing_them()
    {
        await using var database = await SecuredApi.CreateDatabaseAsync(postgres);
        await using var server = await StartAsync(database);
        using var reader = await SecuredApi.ClientAsync(server, "read");

        foreach (var answer in new[]
            {
                await reader.GetAsync("/api/templates"),
                await server.Client.GetAsync("/api/templates"),
                await reader.GetAsync("/api/nothing"),
            })
        {
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pages_of_other_origins_are_let_in_only_where_they_are_configured()
    {
        await using var database = await SecuredApi.CreateDatabaseAsync(postgres);
        await using var closed = await StartAsync(database);
        await using var opened = await StartAsync(database, ("Access:CorsOrigins:0", "https://app.example.com"));

        async Task<bool> AllowsAsync(ApiServer server, string origin) =>
            (
                await server.Client.CallAsync(
                    HttpMethod.Options, "/api/templates", null,
                    [("Origin", origin), ("Access-Control-Request-Method", "GET")])).Headers.Contains("Access-Control-Allow-Origin");

        Assert.False(await AllowsAsync(closed, "https://app.example.com"));
        Assert.True(await AllowsAsync(opened, "https://app.example.com"));
        Assert.False(await AllowsAsync(opened, "https://evil.example"));
    }

    [Fact]
    public async Task Each_key_has_its_own_number_of_requests()
    {
        await using var database = await SecuredApi.CreateDatabaseAsync(postgres);
        await using var server = await StartAsync(database, ("Access:RequestsPerMinute", "5"));
        using var busy = await SecuredApi.ClientAsync(server, "read", "acme");
        using var other = await SecuredApi.ClientAsync(server, "read", "acme");

        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/api/templates")).Status);
        var refused = await busy.GetAsync("/api/templates");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/templates")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/health/live")).Status);
    }

    [Fact]
    public async Task Whoever_tries_keys_is_stopped_too()
    {
        await using var database = await SecuredApi.CreateDatabaseAsync(postgres);
        await using var server = await StartAsync(database, ("Access:RequestsPerMinute", "5"));

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
            answers.Add((await server.Client.PostAsync("/api/session", new { token = $"wfk_guess{i}" })).Status);

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Unauthorized, 5), HttpStatusCode.TooManyRequests], answers);
    }

    private static Task<ApiServer> StartAsync(TestDatabase database, params (string Name, string Value)[] settings) => ApiServer.StartAsync(
        database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>(), [("Access:Required", "true"), .. settings]);
}
