using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Access;

/// <summary><c>/api/session</c>: how a browser's page says who it is, once.</summary>
internal static class SessionEndpoints
{
    /// <summary>Browsers keep no more in a cookie, with its name and attributes.</summary>
    private const int MostInCookie = 4_000;

    public static void MapSession(this IEndpointRouteBuilder api)
    {
        var session = api.MapGroup("/session").WithTags("Access");
        session.MapGet("", static (Caller caller) => SessionView.Of(caller))
            .WithName("session_find")
            .For(AccessScope.Read)
            .WithSummary("Say who the caller is and what it may do")
            .Problems();
        session.MapPost("", LogInAsync)
            .ForAnyone()
            .WithSummary("Log in with a key or a token")
            .WithDescription("For pages: it is kept in a cookie that scripts cannot read. Other clients send it with each request, as "
                + "Authorization: Bearer.")
            .BodyProblems(StatusCodes.Status401Unauthorized);
        session.MapDelete("", LogOut)
            .ForAnyone()
            .WithSummary("Log out")
            .Problems();
    }

    private static async Task<Ok<SessionView>> LogInAsync(
        Body<SessionRequest> body, HttpContext context, ApiKeyStore keys, IOptions<AccessOptions> access,
        CancellationToken cancellationToken)
    {
        var caller = access.Value.IsOpen ? Caller.Find(context)
            : Credentials.IsKey(body.Value.Token) ? await FindByKeyAsync(body.Value.Token, keys, cancellationToken)
            : access.Value.Jwt.IsConfigured ? await FindByTokenAsync(body.Value.Token, context)
            : null;
        if (caller is null)
            throw new ApiException(
                ApiProblem.Of(StatusCodes.Status401Unauthorized, "The key or token is not known, has expired, or was revoked."));
        if (Uri.EscapeDataString(body.Value.Token).Length > MostInCookie)
            throw ApiException.Invalid(
                new Problem(
                    "/token", "The token is longer than a browser keeps.",
                    $"at most {MostInCookie} characters; other clients send it with each request"));
        context.Response.Cookies.Append(Credentials.Cookie, body.Value.Token, Cookie(context));
        return TypedResults.Ok(SessionView.Of(caller));
    }

    private static NoContent LogOut(HttpContext context)
    {
        context.Response.Cookies.Delete(Credentials.Cookie, Cookie(context));
        return TypedResults.NoContent();
    }

    private static async Task<Caller?> FindByKeyAsync(string key, ApiKeyStore keys, CancellationToken cancellationToken) =>
        await keys.UseAsync(key, cancellationToken) is { } row ? Caller.Of(row) : null;

    private static async Task<Caller?> FindByTokenAsync(string token, HttpContext context)
    {
        context.Request.Headers.Authorization = "Bearer " + token;
        return ((await context.AuthenticateAsync(JwtCallers.Name)).Principal?.Identity as CallerIdentity)?.Caller;
    }

    private static CookieOptions Cookie(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
    };
}

/// <summary>Logs a page in.</summary>
internal sealed record SessionRequest
{
    [Description("The key, or a token of the provider"), MinLength(1)]
    public required string Token { get; init; }
}

/// <summary>Who a caller is.</summary>
internal sealed record SessionView
{
    /// <summary>The name under which is recorded what the caller does.</summary>
    public required string Name { get; init; }

    /// <summary><c>read</c>, <c>run</c> or <c>admin</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>The workspaces that the caller is confined to; null for all.</summary>
    public required IReadOnlyList<string>? Workspaces { get; init; }

    /// <summary>Whether the server is open, and nobody logs in.</summary>
    public required bool IsOpen { get; init; }

    internal static SessionView Of(Caller caller) => new()
    {
        Name = caller.Name,
        Scope = AccessScopes.Name(caller.Scope),
        Workspaces = caller.Workspaces,
        IsOpen = caller.IsLocal,
    };
}
