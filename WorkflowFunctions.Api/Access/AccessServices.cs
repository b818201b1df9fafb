using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Nodes.Network;

namespace WorkflowFunctions.Api.Access;

/// <summary>Registers who may call the API, and puts it in front of the endpoints.</summary>
internal static class AccessServices
{
    private const string Scheme = "caller";

    public static void AddAccess(this IServiceCollection services)
    {
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtCallers>();
        services.AddAuthentication(Scheme)
            .AddPolicyScheme(Scheme, null, static options => options.ForwardDefaultSelector = static context =>
                context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.Jwt.IsConfigured
                && Credentials.Find(context.Request) is { Length: > 0 } credential && !Credentials.IsKey(credential)
                    ? JwtCallers.Name
                    : CallerAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, CallerAuthentication>(CallerAuthentication.Name, null)
            .AddJwtBearer(JwtCallers.Name, static _ => { });
        // Nothing is protected with keys of ASP.NET's own. Made ahead at the start, they would lie unencrypted in the home folder, and the
        // log would warn of that.
        foreach (var keys in services.Where(static service => service.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
            services.Remove(keys);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, AccessCheck>();
        services.AddHostedService<RowSecurityCheck>();
        services.AddCors();
        services.AddSingleton<IConfigureOptions<CorsOptions>, CorsFromAccess>();
        services.AddCallLimits();
        services.AddSingleton<IPostConfigureOptions<OutboundOptions>, OutboundDefault>();
    }

    /// <summary>Comes after what answers problems, and before the endpoints.</summary>
    public static void UseAccess(this IApplicationBuilder app)
    {
        app.UseSecurityHeaders();
        if (app.ApplicationServices.GetRequiredService<IOptions<AccessOptions>>().Value.CorsOrigins.Count > 0)
            app.UseCors();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseConfinement();
        app.UseAuthorization();
    }

    /// <summary>The one user of an open server may call what is on the machine anyway.</summary>
    private sealed class OutboundDefault(IOptions<AccessOptions> access) : IPostConfigureOptions<OutboundOptions>
    {
        public void PostConfigure(string? name, OutboundOptions options) =>
            options.AllowPrivateAddresses ??= access.Value is { IsOpen: true, IsGuardedByHost: false };
    }

    private sealed class CorsFromAccess(IOptions<AccessOptions> access) : IConfigureOptions<CorsOptions>
    {
        public void Configure(CorsOptions options) => options.AddDefaultPolicy(policy => policy
            .WithOrigins([.. access.Value.CorsOrigins])
            .WithMethods("GET", "POST", "PUT", "DELETE")
            .WithHeaders("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "X-Api-Key")
            .WithExposedHeaders("ETag", "Location", "Retry-After"));
    }
}

/// <summary>
/// Confines the requests of confined callers in the database too. Endpoints that let anyone in (the login, the tokens of hooks) look for
/// what belongs to no caller yet, and are not.
/// </summary>
internal static class ConfinedRequests
{
    public static void UseConfinement(this IApplicationBuilder app) =>
        app.Use(
            static (context, next) =>
                context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is { Scope: not null }
                && Caller.Find(context) is { Workspaces: { } workspaces }
                    ? Confinement.RunAsync(workspaces, () => next(context))
                    : next(context));
}

/// <summary>Says at the start what row-level security lacks, where there are callers to confine.</summary>
internal sealed class RowSecurityCheck(
    NpgsqlDataSource database, RowSecurity security, IOptions<AccessOptions> access, ILogger<RowSecurityCheck> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (access.Value.IsOpen)
            return;
        try
        {
            await security.CheckAsync(database, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            // It is looked at again when the first connection is to be confined.
            logger.LogWarning("Whether PostgreSQL confines callers is not known yet: {Message}", exception.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
