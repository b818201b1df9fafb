using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

/// <summary>
/// The API with the Local engine, where callers have to say who they are. There are the workspaces <c>acme</c> and <c>globex</c>.
/// </summary>
public sealed class SecuredApi(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Acme = "acme";
    public const string Globex = "globex";

    public TestDatabase Database { get; private set; } = null!;

    public ApiServer Server { get; private set; } = null!;

    public PostgresFixture Postgres => postgres;

    public async ValueTask InitializeAsync()
    {
        Database = await CreateDatabaseAsync(postgres);
        Server = await ApiServer.StartAsync(
            Database.ConnectionString, services => services.AddLocalEngine(),
            ("Access:Required", "true"), ("Access:RequestsPerMinute", "0"), ("Secrets:shared", "shared-secret-value"),
            ("WorkspaceSecrets:acme:own", "acme-secret-value"));
    }

    /// <summary>A database with two workspaces besides the default one.</summary>
    public static async Task<TestDatabase> CreateDatabaseAsync(PostgresFixture postgres)
    {
        var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ('acme', 'Acme'), ('globex', 'Globex')");
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>A client with a new key.</summary>
    public Task<ApiClient> ClientAsync(string scope, params string[] workspaces) => ClientAsync(Server, scope, workspaces);

    /// <summary>A client of any server with a new key; without workspaces it reaches all.</summary>
    public static async Task<ApiClient> ClientAsync(ApiServer server, string scope, params string[] workspaces) =>
        server.ClientWith(await KeyAsync(server, scope, workspaces));

    /// <summary>A new key; without workspaces it reaches all.</summary>
    public static Task<string> KeyAsync(ApiServer server, string scope, params string[] workspaces) =>
        KeyAsync(server.Services, scope, workspaces);

    /// <inheritdoc cref="KeyAsync(ApiServer, string, string[])"/>
    public static async Task<string> KeyAsync(IServiceProvider services, string scope, params string[] workspaces)
    {
        var key = ApiKeySecret.New();
        await services
            .GetRequiredService<ApiKeyStore>()
            .CreateAsync(
                new ApiKeyRow
                {
                    Id = Ids.New("key"),
                    Name = $"{scope} of {string.Join('+', workspaces)}",
                    Scope = scope,
                    Workspaces = workspaces.Length == 0 ? null : workspaces,
                },
                key,
                TestContext.Current.CancellationToken);
        return key;
    }
}
