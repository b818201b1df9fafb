using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Access;

/// <summary>
/// The one place where a caller is held against an endpoint. The scope comes first, whatever there is at the address; then what is not there
/// and what is in another workspace get the same answer.
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
        if (caller.Scope < requirement.Scope)
            throw Refused($"This needs the scope '{AccessScopes.Name(requirement.Scope!.Value)}'; '{caller.Name}' has '{AccessScopes.Name(caller.Scope)}'.");
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
