using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Access;

/// <summary>
/// Confines the requests of confined callers in the database too. Endpoints that let anyone in (the login, the tokens of hooks) look for what
/// belongs to no caller yet, and are not.
/// </summary>
internal static class ConfinedRequests
{
    public static void UseConfinement(this IApplicationBuilder app) => app.Use(static (context, next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is { Scope: not null } && Caller.Find(context) is { Workspaces: { } workspaces }
            ? Confinement.RunAsync(workspaces, () => next(context))
            : next(context));
}
