using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WorkflowFunctions.Api.Access;

/// <summary>Who may call the API: the section <c>Access</c> of the configuration.</summary>
internal sealed record AccessOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Access";

    /// <summary>Whether callers have to say who they are: with a key, or a token if <see cref="Jwt"/> is configured.</summary>
    public bool Required { get; set; }

    /// <summary>The tokens of an OpenID Connect provider; none unless an authority is given.</summary>
    public JwtOptions Jwt { get; set; } = new();

    /// <summary>How many requests a caller may make in a minute; as many without being known, from one address. 0 for any number.</summary>
    [Range(0, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 1_200;

    /// <summary>The origins whose pages may call the API from a browser (<c>https://app.example.com</c>); none unless given.</summary>
    public IReadOnlyList<string> CorsOrigins { get; set; } = [];

    /// <summary>
    /// Whether the host has asked for a key before a request gets here, as Functions does. A caller with that key then counts as the one
    /// user. Set by the host, not by the configuration.
    /// </summary>
    public bool IsGuardedByHost { get; private set; }

    /// <summary>Says that the host asks for a key of its own.</summary>
    public void GuardedByHost() => IsGuardedByHost = true;

    /// <summary>Whether callers do not say who they are: there is one user, who may do everything.</summary>
    public bool IsOpen => !Required && !Jwt.IsConfigured;
}

/// <summary>The tokens of an OpenID Connect provider.</summary>
internal sealed record JwtOptions
{
    /// <summary>The address of the provider: <c>https://login.microsoftonline.com/TENANT/v2.0</c>.</summary>
    public string? Authority { get; set; }

    /// <summary>For whom tokens have to be.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim that names the caller in the record; the subject where a token has none.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>
    /// The claim that says what a caller may do: <c>workflow.work</c>, <c>workflow.read</c>, <c>workflow.run</c> or <c>workflow.admin</c>.
    /// A caller with none of them is refused.
    /// </summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>The claim with the workspaces, <c>*</c> for all. Roles such as <c>workspace:acme</c> count as well.</summary>
    public string WorkspacesClaim { get; set; } = "workspaces";

    /// <summary>The claim with the groups that the caller belongs to, by which tasks may be assigned.</summary>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>Whether the provider has to be reached over HTTPS.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>Whether tokens are taken.</summary>
    public bool IsConfigured => !string.IsNullOrWhiteSpace(Authority);
}

/// <summary>Stops the host at its start rather than let it serve with half a configuration.</summary>
internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options) => options switch
    {
        { Jwt: { IsConfigured: true, Audience: null or "" } } => ValidateOptionsResult.Fail(
            "Access:Jwt:Authority is given without Access:Jwt:Audience. A token that was made for another service would be taken."),
        { RequestsPerMinute: < 0 } => ValidateOptionsResult.Fail("Access:RequestsPerMinute is less than 0."),
        _ => ValidateOptionsResult.Success,
    };
}
