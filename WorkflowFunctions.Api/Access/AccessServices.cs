using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
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
        // Nothing is protected with keys of ASP.NET's own. Made ahead at the start, they would lie unencrypted in the home folder, and the log would warn of that.
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
        public void PostConfigure(string? name, OutboundOptions options) => options.AllowPrivateAddresses ??= access.Value is { IsOpen: true, IsGuardedByHost: false };
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
