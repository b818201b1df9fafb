using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Keys;

namespace WorkflowFunctions.Api.Access;

/// <summary>Who makes a request, and what it may do.</summary>
internal sealed record Caller
{
    /// <summary>The one user of a server that is open on its own machine: may do everything.</summary>
    public static Caller Local { get; } = new() { Id = "local", Name = "user", Scope = AccessScope.Admin, Workspaces = null };

    /// <summary>What tells callers apart: the id of a key, or the subject of a token.</summary>
    public required string Id { get; init; }

    /// <summary>The name under which is recorded what the caller does.</summary>
    public required string Name { get; init; }

    /// <summary>What the caller may do.</summary>
    public required AccessScope Scope { get; init; }

    /// <summary>The workspaces that the caller is confined to; null for all.</summary>
    public required IReadOnlyList<string>? Workspaces { get; init; }

    /// <summary>The groups that the caller belongs to: what is asked of one of them is asked of the caller.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The queues that the caller may take tasks from, as a worker; null for all.</summary>
    public IReadOnlyList<string>? Queues { get; init; }

    /// <summary>The workspace of what the caller makes without naming one.</summary>
    /// <exception cref="ApiException">403: the caller has no workspace.</exception>
    public string HomeWorkspace => Workspaces switch
    {
        null => DefaultIds.Workspace,
        [] => throw new ApiException(ApiProblem.Of(StatusCodes.Status403Forbidden, $"'{Name}' has no workspace.")),
        _ => Workspaces.Contains(DefaultIds.Workspace) ? DefaultIds.Workspace : Workspaces[0],
    };

    /// <summary>Whether this is the user of an open server, whom nobody has authenticated.</summary>
    public bool IsLocal => ReferenceEquals(this, Local);

    /// <summary>Whether all of these workspaces are the caller's.</summary>
    /// <param name="workspaces">The workspaces; null for all that there are.</param>
    public bool Covers(IReadOnlyList<string>? workspaces) =>
        Workspaces is null || (workspaces is not null && workspaces.All(workspace => Workspaces.Contains(workspace)));

    /// <summary>The caller of a request.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is open to anyone: nobody was asked who they are.</exception>
    public static Caller Of(HttpContext context) => Find(context)
        ?? throw new InvalidOperationException(
            $"The endpoint {context.GetEndpoint()?.DisplayName} asks for its caller, and lets anyone in.");

    /// <summary>Gives endpoints their caller.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    internal static Caller? Find(HttpContext context) => (context.User.Identity as CallerIdentity)?.Caller;

    internal static Caller Of(ApiKeyRow key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Scope = AccessScopes.Parse(key.Scope) ?? AccessScope.Read,
        Workspaces = key.Workspaces,
        Groups = key.Groups ?? [],
        Queues = key.Queues,
    };

    internal ClaimsPrincipal ToPrincipal() => new(new CallerIdentity(this));
}

/// <summary>A caller in the terms of the framework.</summary>
internal sealed class CallerIdentity(Caller caller) : ClaimsIdentity("workflow")
{
    public Caller Caller { get; } = caller;

    public override string Name => Caller.Name;
}
