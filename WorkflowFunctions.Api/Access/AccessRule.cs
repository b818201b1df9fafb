using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Access;

/// <summary>Who may call an endpoint. Each endpoint of the API has one; the host does not start if one was forgotten.</summary>
internal sealed class AccessRule : IAuthorizationRequirement, IAuthorizationRequirementData
{
    private AccessRule()
    {
    }

    /// <summary>What the caller has to be allowed; null for an endpoint that lets anyone in.</summary>
    public AccessScope? Scope { get; private init; }

    /// <summary>What the address names; null for nothing of a workspace.</summary>
    public AccessKind? Kind { get; private init; }

    /// <summary>The parameter of the address that has its id.</summary>
    public string Parameter { get; private init; } = "id";

    /// <summary>What a problem calls it.</summary>
    public string Noun { get; private init; } = "";

    /// <summary>Whether it concerns all workspaces: a caller who is confined to some is refused.</summary>
    public bool IsForServer { get; private init; }

    public static AccessRule Anyone() => new();

    public static AccessRule Of(AccessScope scope) => new() { Scope = scope };

    public static AccessRule Server() => new() { Scope = AccessScope.Admin, IsForServer = true };

    public static AccessRule Of(AccessScope scope, AccessKind kind, string parameter, string noun) =>
        new() { Scope = scope, Kind = kind, Parameter = parameter, Noun = noun };

    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
}

/// <summary>Says who may call endpoints.</summary>
internal static class AccessRules
{
    /// <summary>Lets anyone call the endpoint.</summary>
    public static TBuilder ForAnyone<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(AccessRule.Anyone(), new AllowAnonymousAttribute());

    /// <summary>
    /// For callers with a scope. The address names nothing of a workspace: a list, which its query confines to the caller's, or something
    /// new, whose body is checked.
    /// </summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, AccessScope scope)
        where TBuilder : IEndpointConventionBuilder => endpoint.With(AccessRule.Of(scope));

    /// <summary>For callers with a scope in the workspace of what the address names.</summary>
    public static TBuilder For<TBuilder>(
        this TBuilder endpoint, AccessScope scope, AccessKind kind, string parameter = "id", string? noun = null)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.With(AccessRule.Of(scope, kind, parameter, noun ?? kind.ToString().ToLowerInvariant()));

    /// <summary>For callers who administer all workspaces.</summary>
    public static TBuilder ForServer<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.With(AccessRule.Server());

    /// <summary>Refuses endpoints without a rule.</summary>
    /// <exception cref="InvalidOperationException">One was forgotten.</exception>
    public static void RequireRules(IEnumerable<EndpointDataSource> sources)
    {
        foreach (var endpoint in sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            if (endpoint.RoutePattern.RawText?.StartsWith("/api/", StringComparison.Ordinal) is true
                && endpoint.Metadata.GetMetadata<AccessRule>() is null)
                throw new InvalidOperationException(
                    $"The endpoint {endpoint.DisplayName} does not say who may call it. Add For(…), ForServer() or ForAnyone().");
        }
    }

    private static TBuilder With<TBuilder>(this TBuilder endpoint, AccessRule rule)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithMetadata(rule).RequireAuthorization();
        return endpoint.AddEndpointFilter<TBuilder, NamedIdsFilter>();
    }
}

/// <summary>
/// The one place where a caller is held against an endpoint. The scope comes first, whatever there is at the address; then what is not
/// there and what is in another workspace get the same answer.
/// </summary>
internal sealed class AccessCheck(AccessStore store) : AuthorizationHandler<AccessRule>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRule requirement)
    {
        if (requirement.Scope is null)
        {
            context.Succeed(requirement);
            return;
        }

        // Without a caller nothing succeeds, and the request is answered with 401.
        if (context.Resource is not HttpContext http || Caller.Find(http) is not { } caller)
            return;
        if (!AccessScopes.Includes(caller.Scope, requirement.Scope.Value))
            throw Refused($"This needs the scope '{AccessScopes.Name(requirement.Scope.Value)}'; '{caller.Name}' has "
                + $"'{AccessScopes.Name(caller.Scope)}'.");
        if (caller.Workspaces is { } workspaces)
        {
            if (requirement.IsForServer)
                throw Refused($"This concerns all workspaces; '{caller.Name}' is confined to some.");
            if (requirement.Kind is { } kind && http.GetRouteValue(requirement.Parameter) is string id
                && !await store.ContainsAsync(kind, id, workspaces, requirement.Scope == AccessScope.Read, http.RequestAborted))
            {
                throw ApiException.NotFound(requirement.Noun, id);
            }
        }

        context.Succeed(requirement);
    }

    private static ApiException Refused(string detail) => new(ApiProblem.Of(StatusCodes.Status403Forbidden, detail));
}
