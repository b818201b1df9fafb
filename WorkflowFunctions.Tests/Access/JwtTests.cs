using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

/// <summary>Tokens of an OpenID Connect provider, which is one in this process that speaks discovery and signs with RSA.</summary>
public sealed class JwtTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Audience = "api://workflows";

    private readonly RSA _rsa = RSA.Create(2048);
    private TestDatabase _database = null!;
    private WebApplication _provider = null!;
    private ApiServer _server = null!;

    private string Issuer => _provider.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        _database = await SecuredApi.CreateDatabaseAsync(postgres);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.Urls.Add("http://127.0.0.1:0");
        _provider.MapGet("/.well-known/openid-configuration", () => new { issuer = Issuer, jwks_uri = Issuer + "/keys" });
        _provider.MapGet(
            "/keys",
            () =>
            {
                var parameters = _rsa.ExportParameters(includePrivateParameters: false);
                return new
                {
                    keys = new[]
                    {
                        new
                        {
                            kty = "RSA",
                            use = "sig",
                            kid = "one",
                            n = Base64UrlEncoder.Encode(parameters.Modulus),
                            e = Base64UrlEncoder.Encode(parameters.Exponent),
                        },
                    },
                };
            });
        await _provider.StartAsync();
        _server = await ApiServer.StartAsync(
            _database.ConnectionString,
            services => services.AddSingleton<IEngine, IdleEngine>(),
            ("Access:Jwt:Authority", Issuer), ("Access:Jwt:Audience", Audience), ("Access:Jwt:RequireHttpsMetadata", "false"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
        await _database.DisposeAsync();
        _rsa.Dispose();
    }

    [Fact]
    public async Task A_token_says_who_calls_what_it_may_do_and_where()
    {
        using var ada =
            _server.ClientWith(Token(("preferred_username", "ada@example.com"), ("roles", new[] { "workflow.run", "workspace:acme" })));

        var session = await ada.GetAsync("/api/session");
        var template = await ada.PostAsync("/api/templates", TestWorkflows.Greeting());

        Assert.Equal(
            ("ada@example.com", "run", "[\"acme\"]"),
            (session["name"].GetString(), session["scope"].GetString(), session["workspaces"].GetRawText()));
        Assert.Equal(HttpStatusCode.Forbidden, template.Status);
    }

    [Fact]
    public async Task What_a_caller_does_is_recorded_under_the_name_in_the_token()
    {
        using var admin = _server.ClientWith(Token(("roles", new[] { "workflow.admin" }), ("workspaces", "acme globex")));
        using var ada = _server.ClientWith(
            Token(("preferred_username", "ada@example.com"), ("roles", new[] { "workflow.run" }), ("workspaces", new[] { "acme" })));
        var execution = await ada.StartAsync(await admin.SaveAsync(TestWorkflows.Waiting()));

        await ada.PostAsync($"/api/executions/{execution}/pause");

        Assert.Equal(
            ["ada@example.com", "ada@example.com"],
            await _database.QueryAsync<string>(
                "SELECT created_by FROM workflow_execution_events WHERE execution_id = $1 ORDER BY id", execution));
    }

    [Fact]
    public async Task A_token_without_a_role_with_another_audience_issuer_or_signature_or_that_has_expired_is_refused()
    {
        var claims = ("roles", (object)new[] { "workflow.admin" });
        using var other = RSA.Create(2048);
        string[] tokens =
        [
            Token(),
            Token(Issuer, "api://other", _rsa, DateTime.UtcNow.AddHours(1), claims),
            Token("https://evil.example", Audience, _rsa, DateTime.UtcNow.AddHours(1), claims),
            Token(Issuer, Audience, other, DateTime.UtcNow.AddHours(1), claims),
            Token(Issuer, Audience, _rsa, DateTime.UtcNow.AddHours(-1), claims),
        ];

        foreach (var token in tokens)
        {
            using var client = _server.ClientWith(token);
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/templates")).Status);
        }

        using var good = _server.ClientWith(Token(claims));
        Assert.Equal(HttpStatusCode.OK, (await good.GetAsync("/api/templates")).Status);
    }

    [Fact]
    public async Task A_page_logs_in_with_a_token_and_keys_work_beside_them()
    {
        var entered = await _server.Client.PostAsync("/api/session", new { token = Token(("roles", new[] { "workflow.read" })) });
        using var keyed = await SecuredApi.ClientAsync(_server, "read", "acme");

        Assert.Equal(HttpStatusCode.OK, entered.Status);
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.GetAsync("/api/session")).Status);
        Assert.Equal(HttpStatusCode.OK, (await keyed.GetAsync("/api/session")).Status);
    }

    [Fact]
    public async Task A_caller_without_workspaces_sees_nothing_of_any()
    {
        using var admin = _server.ClientWith(Token(("roles", new[] { "workflow.admin" }), ("workspaces", "*")));
        using var nowhere = _server.ClientWith(Token(("roles", new[] { "workflow.admin" })));
        var template = await admin.SaveAsync(TestWorkflows.Greeting());

        Assert.Equal(HttpStatusCode.NotFound, (await nowhere.GetAsync($"/api/templates/{template}")).Status);
        Assert.Empty((await nowhere.GetAsync("/api/templates"))["items"].EnumerateArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await nowhere.PostAsync("/api/templates", TestWorkflows.Greeting())).Status);
    }

    private string Token(params (string Name, object Value)[] claims) => Token(Issuer, Audience, _rsa, DateTime.UtcNow.AddHours(1), claims);

    private static string Token(string issuer, string audience, RSA rsa, DateTime expires, params (string Name, object Value)[] claims) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            NotBefore = expires.AddHours(-2),
            Expires = expires,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256),
            Claims = claims.Append(("sub", "subject-1")).ToDictionary(claim => claim.Item1, claim => claim.Item2),
        });
}
