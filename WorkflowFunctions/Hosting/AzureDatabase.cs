using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Database.Migrations;

namespace WorkflowFunctions.Durable.Hosting;

/// <summary>
/// PostgreSQL with Entra authentication: a connection string to Azure Database for PostgreSQL that has no password gets a token
/// of the app's identity in its place.
/// </summary>
public static class AzureDatabase
{
    private const string AzureHost = ".postgres.database.azure.com";

    /// <summary>The scope of tokens for PostgreSQL (learn.microsoft.com, "Use Microsoft Entra ID for authentication with PostgreSQL").</summary>
    private static readonly TokenRequestContext s_scope = new(["https://ossrdbms-aad.database.windows.net/.default"]);

    /// <summary>Replaces the connections by ones that ask for tokens, if the connection string calls for it.</summary>
    public static IServiceCollection AddAzureDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        var connectionString = configuration.GetConnectionString(WorkflowServices.ConnectionName);
        if (!UsesEntra(connectionString))
            return services;
        return services
            .AddSingleton<TokenCredential>(_ => new DefaultAzureCredential())
            .AddSingleton(provider => RecordDatabase.Open(connectionString!, builder => builder.UsePasswordProvider(
                _ => provider.GetRequiredService<TokenCredential>().GetToken(s_scope, CancellationToken.None).Token,
                async (_, cancellationToken) => (await provider.GetRequiredService<TokenCredential>().GetTokenAsync(s_scope, cancellationToken)).Token)));
    }

    /// <summary>Brings the database to the schema.</summary>
    /// <exception cref="MigrationException">It could not be.</exception>
    public static async Task MigrateAsync(this IServiceProvider services)
    {
        var connectionString = services.GetRequiredService<IConfiguration>().GetConnectionString(WorkflowServices.ConnectionName)
            ?? throw new InvalidOperationException($"There is no connection string. Set ConnectionStrings__{WorkflowServices.ConnectionName}.");
        if (services.GetService<TokenCredential>() is { } credential && UsesEntra(connectionString))
        {
            var token = await credential.GetTokenAsync(s_scope, CancellationToken.None);
            connectionString = new NpgsqlConnectionStringBuilder(connectionString) { Password = token.Token }.ConnectionString;
        }

        var ran = await services.GetRequiredService<Migrator>().MigrateAsync(connectionString, CancellationToken.None);
        if (ran.Count > 0)
            services.GetRequiredService<ILogger<Migrator>>().LogInformation("The database has its schema ({Count} scripts ran)", ran.Count);
    }

    private static bool UsesEntra(string? connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) is { Password: null or "", Passfile: null or "", Host: { } host }
        && host.EndsWith(AzureHost, StringComparison.OrdinalIgnoreCase);
}
