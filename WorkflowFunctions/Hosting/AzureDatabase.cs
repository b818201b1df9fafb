using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Durable.Hosting;

/// <summary>
/// PostgreSQL as a worker uses it. With Entra authentication: a connection string to Azure Database for PostgreSQL that has no password
/// gets a token of the app's identity in its place.
/// </summary>
internal static class AzureDatabase
{
    /// <summary>
    /// How many connections a worker has at the most, unless the connection string says otherwise (<c>Maximum Pool Size</c>): the one that
    /// it writes and claims through, the one that listens, five that are kept for what is asked for many at once, and the rest for reads,
    /// which are short.
    /// </summary>
    public const int PoolSize = 10;

    /// <summary>
    /// How many seconds a connection that nobody uses is kept: workers come and go, and the server's connections are few.
    /// </summary>
    private const int IdleSeconds = 60;

    private const string AzureHost = ".postgres.database.azure.com";

    /// <summary>
    /// The scope of tokens for PostgreSQL (learn.microsoft.com, "Use Microsoft Entra ID for authentication with PostgreSQL").
    /// </summary>
    private static readonly TokenRequestContext s_scope = new(["https://ossrdbms-aad.database.windows.net/.default"]);

    /// <summary>Replaces the connections by a worker's: few of them, and with tokens if the connection string calls for it.</summary>
    public static IServiceCollection AddAzureDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        var usesEntra = UsesEntra(configuration.GetConnectionString(WorkflowServices.ConnectionName));
        if (usesEntra)
            services.AddSingleton<TokenCredential>(_ => new DefaultAzureCredential());
        return services.AddSingleton(provider => RecordDatabase.Open(
            Configured(configuration),
            builder =>
            {
                var settings = builder.ConnectionStringBuilder;
                if (!settings.ContainsKey("Connection Idle Lifetime"))
                    settings.ConnectionIdleLifetime = IdleSeconds;
                if (usesEntra)
                {
                    var credential = provider.GetRequiredService<TokenCredential>();
                    builder.UsePasswordProvider(
                        _ => credential.GetToken(s_scope, CancellationToken.None).Token,
                        async (_, cancellationToken) => (await credential.GetTokenAsync(s_scope, cancellationToken)).Token);
                }
            },
            PoolSize));
    }

    /// <summary>The connection string, with a token in it if it calls for one.</summary>
    internal static async Task<string> ConnectionStringAsync(
        IServiceProvider services, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var connectionString = Configured(configuration);
        if (!UsesEntra(connectionString))
            return connectionString;
        var token = await services.GetRequiredService<TokenCredential>().GetTokenAsync(s_scope, cancellationToken);
        return new NpgsqlConnectionStringBuilder(connectionString) { Password = token.Token }.ConnectionString;
    }

    private static string Configured(IConfiguration configuration) => configuration.GetConnectionString(WorkflowServices.ConnectionName)
        ?? throw new InvalidOperationException($"There is no connection string. Set ConnectionStrings__{WorkflowServices.ConnectionName}.");

    private static bool UsesEntra(string? connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) is { Password: null or "", Passfile: null or "", Host: { } host }
        && host.EndsWith(AzureHost, StringComparison.OrdinalIgnoreCase);
}
