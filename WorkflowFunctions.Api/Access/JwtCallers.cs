using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace WorkflowFunctions.Api.Access;

/// <summary>Takes the tokens of an OpenID Connect provider, and makes callers of their claims.</summary>
internal sealed class JwtCallers(IOptions<AccessOptions> access) : IConfigureNamedOptions<JwtBearerOptions>
{
    /// <summary>The name of the scheme.</summary>
    public const string Name = "jwt";

    private const string RolePrefix = "workflow.";
    private const string WorkspacePrefix = "workspace:";
    private const string AllWorkspaces = "*";

    public void Configure(JwtBearerOptions options) => Configure(Name, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        if (name != Name)
            return;
        var jwt = access.Value.Jwt;
        options.Authority = jwt.Authority;
        options.Audience = jwt.Audience;
        options.RequireHttpsMetadata = jwt.RequireHttpsMetadata;
        // Claims keep the names that the provider gives them.
        options.MapInboundClaims = false;
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                context.Token = Credentials.Find(context.Request);
                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                if (CallerOf(context.Principal!, jwt) is { } caller)
                    context.Principal = caller.ToPrincipal();
                else
                    context.Fail(
                        $"The token has none of the roles {string.Join(", ", AccessScopes.Names.Select(name => RolePrefix + name))}.");
                return Task.CompletedTask;
            },
        };
    }

    private static Caller? CallerOf(ClaimsPrincipal principal, JwtOptions jwt)
    {
        var roles = principal.FindAll(jwt.RolesClaim).SelectMany(Words).ToList();
        var scopes = roles.Where(role => role.StartsWith(RolePrefix, StringComparison.Ordinal))
            .Select(role => AccessScopes.Parse(role[RolePrefix.Length..])).OfType<AccessScope>().ToList();
        if (scopes.Count == 0 || principal.FindFirst("sub")?.Value is not { Length: > 0 } subject)
            return null;
        var workspaces = principal
            .FindAll(jwt.WorkspacesClaim)
            .SelectMany(Words)
            .Concat(
                roles
                    .Where(role => role.StartsWith(WorkspacePrefix, StringComparison.Ordinal))
                    .Select(role => role[WorkspacePrefix.Length..]))
            .Distinct()
            .ToList();
        return new Caller
        {
            Id = "jwt:" + subject,
            Name = principal.FindFirst(jwt.NameClaim)?.Value is { Length: > 0 } name ? name : subject,
            Scope = scopes.Max(),
            Workspaces = workspaces.Contains(AllWorkspaces) ? null : workspaces,
            Groups = [.. principal.FindAll(jwt.GroupsClaim).Select(claim => claim.Value)],
        };
    }

    /// <summary>A claim has one word, or several with spaces between them (RFC 8693, section 4.2).</summary>
    private static IEnumerable<string> Words(Claim claim) => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
