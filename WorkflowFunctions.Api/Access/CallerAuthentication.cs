using System.Net;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Keys;

namespace WorkflowFunctions.Api.Access;

/// <summary>Finds out who makes a request: the user of an open server, or the holder of a key.</summary>
internal sealed class CallerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IOptions<AccessOptions> access,
    ApiKeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string Name = "workflow";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (access.Value.IsOpen)
            return OpenProblem() is null ? Ticket(Caller.Local) : AuthenticateResult.Fail("The server is open to its own machine only.");
        var credential = Credentials.Find(Request);
        if (!Credentials.IsKey(credential))
            return AuthenticateResult.NoResult();
        return await keys.UseAsync(credential!, Context.RequestAborted) is { } key
            ? Ticket(Caller.Of(key))
            : AuthenticateResult.Fail("The key is not known, or revoked.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (access.Value.IsOpen)
            return ApiProblem.Of(StatusCodes.Status403Forbidden, OpenProblem()).ExecuteAsync(Context);
        Response.Headers.WWWAuthenticate = "Bearer";
        return ApiProblem.Of(
            StatusCodes.Status401Unauthorized,
            Credentials.Find(Request) is null
                ? "This needs a key or a token. Send it as: Authorization: Bearer …"
                : "The key or token is not known, has expired, or was revoked.").ExecuteAsync(Context);
    }

    private static AuthenticateResult Ticket(Caller caller) =>
        AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(), Name));

    /// <summary>
    /// Why an open server does not serve this request; null if it does. The host has refused to listen elsewhere; a proxy on this machine,
    /// or a page of another site in the user's own browser, would still reach it.
    /// </summary>
    private string? OpenProblem()
    {
        const string Remedy = "Set Access__Required=true and make a key (-- keys create), or configure Access__Jwt.";
        if (access.Value.IsGuardedByHost)
            return null;
        if (Context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
            return $"The server is open to its own machine only. {Remedy}";
        if (!IsOfThisMachine(Request.Host.Host))
            return $"The server is open to its own machine only, and was called as '{Request.Host}'. {Remedy}";
        if (Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site"
            || (Request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsAllowed(origin)))
        {
            return $"The server is open to its own pages only, and not to those of other sites. {Remedy}";
        }

        return null;
    }

    private bool IsAllowed(string origin) =>
        access.Value.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsOfThisMachine(uri.Host));

    private static bool IsOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
